//! DEBUG PROTOCOL: a reply of each type, for whoever writes a client.

use crate::commands::arguments::{is_word, write_double};
use crate::commands::context::{CommandResult, Context};

/// What Redis shows, which is not meant to be π.
#[allow(clippy::approx_constant)]
const DOUBLE: f64 = 3.141;

/// DEBUG PROTOCOL type
pub fn protocol(ctx: &mut Context<'_>, name: &[u8]) -> CommandResult {
    let reply = &mut *ctx.reply;
    let numbers = |reply: &mut crate::resp::ReplyWriter| (0..3).for_each(|it| reply.integer(it));
    if is_word(name, "STRING") {
        reply.bulk(b"Hello World");
    } else if is_word(name, "INTEGER") {
        reply.integer(12345);
    } else if is_word(name, "DOUBLE") {
        write_double(reply, DOUBLE);
    } else if is_word(name, "BIGNUM") {
        reply.big_number("1234567999999999999999999999999999999");
    } else if is_word(name, "NULL") {
        reply.null();
    } else if is_word(name, "ARRAY") {
        reply.array(3);
        numbers(reply);
    } else if is_word(name, "SET") {
        reply.set(3);
        numbers(reply);
    } else if is_word(name, "MAP") {
        reply.map(3);
        for number in 0..3 {
            reply.integer(number);
            reply.boolean(number == 1);
        }
    } else if is_word(name, "ATTRIB") {
        // Only RESP3 has attributes, and one is followed by a reply.
        if reply.resp3() {
            reply.raw(b"|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n");
        }
        reply.bulk(b"Some real reply following the attribute");
    } else if is_word(name, "PUSH") {
        if !reply.resp3() {
            return Err("ERR RESP2 is not supported by this command".into());
        }
        reply.push(2);
        reply.bulk(b"server-cpu-usage");
        reply.integer(42);
        reply.bulk(b"Some real reply following the push reply");
    } else if is_word(name, "VERBATIM") {
        reply.verbatim("txt", b"This is a verbatim\nstring");
    } else if is_word(name, "TRUE") || is_word(name, "FALSE") {
        reply.boolean(is_word(name, "TRUE"));
    } else {
        return Err(
            "ERR Wrong protocol type name. Please use one of the following: \
             string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false"
                .into(),
        );
    }
    Ok(())
}
