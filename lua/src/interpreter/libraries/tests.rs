//! Scripts that use the libraries: what C's give is given here, and nothing that is handed to them panics.
//! The real server is asked in tests/differential.

use super::super::running;
use lua_types::{LuaStatus, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;
use omnilua::{HostHooks, LuaRuntime, LuaVersion};
use proptest::prelude::*;

fn state() -> LuaState {
    let runtime =
        LuaRuntime::with_hooks_versioned(HostHooks::new(), LuaVersion::V51).expect("a state");
    let mut state = runtime.into_state();
    let heap = running::heap(&state);
    super::open(&mut state).expect("the libraries");
    drop(heap);
    state
}

/// What `script` returns, its arguments in `...`, as text; an error's message if it fails.
fn run(state: &mut LuaState, script: &str, arguments: &[&[u8]]) -> Result<Vec<u8>, Vec<u8>> {
    let _heap = running::heap(state);
    let mut once = Some(script.as_bytes().to_vec());
    let reader: lua_vm::zio::ChunkReader = Box::new(move |_| Ok(once.take()));
    let status = api::load(state, reader, Some(b"@user_script"), Some(b"t")).expect("loads");
    assert_eq!(status, LuaStatus::Ok, "{script}");
    for argument in arguments {
        api::push_lstring(state, argument).expect("a string");
    }
    let called = api::pcall_k(state, arguments.len() as i32, 1, 0, 0, None);
    let result = match called {
        Ok(_) => match state.pop() {
            LuaValue::Str(text) => Ok(text.as_bytes().to_vec()),
            LuaValue::Bool(flag) => Ok(flag.to_string().into_bytes()),
            LuaValue::Int(number) => Ok(number.to_string().into_bytes()),
            LuaValue::Float(number) => Ok(number.to_string().into_bytes()),
            other => Ok(other.type_name().into()),
        },
        Err(error) => Err(error.message_bytes().unwrap_or(b"not a message").to_vec()),
    };
    let _ = api::set_top(state, 0);
    result
}

fn text(script: &str) -> String {
    let result = run(&mut state(), script, &[]);
    let (Ok(bytes) | Err(bytes)) = result;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn json_is_written() {
    for (value, json) in [
        ("{}", "{}"),
        (
            "{1, 2.5, 'x', true, cjson.null}",
            r#"[1,2.5,"x",true,null]"#,
        ),
        ("{1, nil, 3}", "[1,null,3]"),
        ("{[2]=1}", "[null,1]"),
        ("{['a/b']='\\\\\"\\n\\0'}", r#"{"a\/b":"\\\"\n\u0000"}"#),
        ("{[1.5]='x'}", r#"{"1.5":"x"}"#),
        ("1e300", "1e+300"),
        ("123456789012345", "1.2345678901234e+14"),
        (
            "{[50]=1}",
            "user_script:1: Cannot serialise table: excessively sparse array",
        ),
        (
            "0/0",
            "user_script:1: Cannot serialise number: must not be NaN or Inf",
        ),
        (
            "type",
            "user_script:1: Cannot serialise function: type not supported",
        ),
        (
            "{[true]=1}",
            "user_script:1: Cannot serialise boolean: table key must be a number or string",
        ),
    ] {
        assert_eq!(
            text(&format!("local s = cjson.encode({value}) return s")),
            json,
            "{value}"
        );
    }
}

#[test]
fn json_is_read() {
    for (json, result) in [
        ("[1,2]", "2"),
        (
            "",
            "user_script:1: Expected value but found T_END at character 1",
        ),
        (
            "[1,",
            "user_script:1: Expected value but found T_END at character 4",
        ),
        (
            "{1}",
            "user_script:1: Expected object key string but found T_NUMBER at character 2",
        ),
        (
            "[1}",
            "user_script:1: Expected comma or array end but found T_OBJ_END at character 3",
        ),
        (
            "[] x",
            "user_script:1: Expected the end but found invalid token at character 4",
        ),
        (
            "\"\\u12\"",
            "user_script:1: Expected value but found invalid unicode escape code at character 2",
        ),
        (
            "\"abc",
            "user_script:1: Expected value but found unexpected end of string at character 5",
        ),
        (
            "-",
            "user_script:1: Expected value but found invalid number at character 1",
        ),
    ] {
        let script = "local t = cjson.decode(...) return #t";
        let (Ok(found) | Err(found)) = run(&mut state(), script, &[json.as_bytes()]);
        assert_eq!(String::from_utf8_lossy(&found), result, "{json}");
    }
}

#[test]
fn settings_belong_to_one_table() {
    assert_eq!(
        text(
            "local c = cjson.new() c.encode_number_precision(3) return c.encode(1/3) .. cjson.encode(1/3)"
        ),
        "0.3330.33333333333333"
    );
    assert_eq!(
        text("return cjson.encode_max_depth(0)"),
        "user_script:1: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647)"
    );
}

#[test]
fn depth_ends() {
    let nested = "local t = {} for i = 1, 100000 do t = {t} end ";
    assert_eq!(
        text(&format!("{nested} local s = cjson.encode(t) return s")),
        "user_script:1: Cannot serialise, excessive nesting (1001)"
    );
    assert_eq!(
        text("cjson.decode_max_depth(1e9) local t = cjson.decode(string.rep('[', 1e6)) return t"),
        "user_script:1: Found too many nested data structures (7999) at character 7999"
    );
    assert_eq!(
        text("local t = cmsgpack.unpack(string.rep('\\145', 1e6)) return t"),
        "user_script:1: stack overflow (in function mp_decode_to_lua_array)"
    );
    assert_eq!(text("local t = {} t[1] = t return #cmsgpack.pack(t)"), "17");
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    assert_eq!(
        run(
            &mut state(),
            "cjson.encode_sparse_array(true, 0) local s = cjson.encode({[2147483647]=1}) return s",
            &[]
        ),
        Err(b"not enough memory".to_vec())
    );
    assert_eq!(
        text("local t = cmsgpack.unpack('\\221\\255\\255\\255\\255') return t"),
        "user_script:1: Missing bytes in input."
    );
}

#[test]
fn messages_are_packed_in_few_bytes() {
    for (value, bytes) in [
        ("127", &[127][..]),
        ("128", &[0xcc, 128]),
        ("-32", &[0xe0]),
        ("-33", &[0xd0, 0xdf]),
        ("65536", &[0xce, 0, 1, 0, 0]),
        ("2^63", &[0xca, 0x5f, 0, 0, 0]),
        (
            "0.1",
            &[0xcb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a],
        ),
        ("{}", &[0x90]),
        ("{a=1}", &[0x81, 0xa1, b'a', 1]),
        ("nil", &[0xc0]),
        ("'x', true", &[0xa1, b'x', 0xc3]),
    ] {
        let script = format!("return cmsgpack.pack({value})");
        assert_eq!(
            run(&mut state(), &script, &[]),
            Ok(bytes.to_vec()),
            "{value}"
        );
    }
}

#[test]
fn structures_are_aligned() {
    for (script, result) in [
        ("return struct.pack('>I2', 258)", "\u{1}\u{2}"),
        ("return #struct.pack('!8bd', 1, 2)", "16"),
        ("return struct.size('!4 b i b h')", "12"),
        ("return struct.unpack('bc0', '\\3abc')", "abc"),
        (
            "return struct.unpack('s', 'abc')",
            "user_script:1: unfinished string in data",
        ),
        (
            "return struct.pack('?')",
            "user_script:1: bad argument #1 to 'pack' (invalid format option '?')",
        ),
        (
            "return struct.pack('i33', 1)",
            "user_script:1: integral size 33 is larger than limit of 32",
        ),
        (
            "return struct.pack('i', nil)",
            "user_script:1: bad argument #2 to 'pack' (number expected, got nil)",
        ),
        (
            "return struct.pack('!3i', 1)",
            "user_script:1: alignment 3 is not a power of 2",
        ),
    ] {
        let script = script.replace("return ", "local r = ") + " return r";
        assert_eq!(text(&script), result, "{script}");
    }
}

#[test]
fn bits_wrap() {
    for (script, result) in [
        ("bit.tobit(0xffffffff)", "-1"),
        ("bit.tobit(2^40 + 5)", "5"),
        ("bit.bnot(0)", "-1"),
        ("bit.band(12, 10, '8')", "8"),
        ("bit.lshift(1, 33)", "2"),
        ("bit.arshift(-8, 1)", "-4"),
        ("bit.ror(1, 1)", "-2147483648"),
        ("bit.bswap(1)", "16777216"),
        ("bit.tohex(255, 4)", "00ff"),
        ("bit.tohex(255, -2)", "FF"),
        (
            "bit.band()",
            "user_script:1: bad argument #1 to 'band' (number expected, got no value)",
        ),
    ] {
        assert_eq!(
            text(&format!("local r = {script} return r")),
            result,
            "{script}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn decoders_survive_anything(input in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut state = state();
        for script in [
            "local t = cjson.decode(...) return 1",
            "local t = cmsgpack.unpack(...) return 1",
            "local t = struct.unpack(..., ...) return 1",
            "local t = struct.unpack('!8i5>s<c0dfT', ...) return 1",
        ] {
            let _ = run(&mut state, script, &[&input]);
        }
    }

    #[test]
    fn formats_survive_anything(format in "[bBhHlLTfdsixIc!<> 0-9]{0,12}", data in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut state = state();
        let _ = run(&mut state, "return struct.pack(..., 1, 2, 3, 'abc')", &[format.as_bytes()]);
        let _ = run(&mut state, "return struct.unpack(...)", &[format.as_bytes(), &data]);
        let _ = run(&mut state, "return struct.size(...)", &[format.as_bytes()]);
    }

    #[test]
    fn strings_come_back(first in prop::collection::vec(any::<u8>(), 0..300), second in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut state = state();
        for script in [
            "local a, b = ... local t = cjson.decode(cjson.encode({[a] = b})) return t[a] == b",
            "local a, b = ... local t = cmsgpack.unpack(cmsgpack.pack({[a] = {b}})) return t[a][1] == b",
            "local a, b = ... local n, s, e = struct.unpack('Ic0', struct.pack('Ic0', #b, b)) return n == b",
        ] {
            prop_assert_eq!(run(&mut state, script, &[&first, &second]), Ok(b"true".to_vec()), "{}", script);
        }
    }

    #[test]
    fn numbers_come_back(bits in any::<u64>(), integer in any::<i32>()) {
        let mut state = state();
        let script = "local d, i = struct.unpack('d<i', ...)
            local t = cmsgpack.unpack(cmsgpack.pack({d, i}))
            local n = cjson.decode(cjson.encode(i))
            return (t[1] == d or d ~= d) and t[2] == i and n == i and struct.pack('d<i', d, i) == ...";
        let mut data = bits.to_le_bytes().to_vec();
        data.extend_from_slice(&integer.to_le_bytes());
        prop_assume!(!f64::from_bits(bits).is_nan());
        prop_assert_eq!(run(&mut state, script, &[&data]), Ok(b"true".to_vec()));
    }
}
