//! The users of files: ACL LOAD and SAVE, and those that a server starts with.

use super::names::rules;
use super::users::{close_clients_of, settle};
use crate::commands::context::{CommandResult, Context};
use crate::disk::{read_all, resolve};
use crate::instance::acl::{DEFAULT_USER, User, Users, has_spaces, read_users};
use crate::instance::{Instance, LogLevel};
use crate::resp::{Args, ReplyError};

/// Largest file of users, in bytes.
const MAX_FILE: u64 = 16 << 20;

const NO_FILE: ReplyError = ReplyError::new(
    "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via \
     the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration \
     file set) in order to store users in the Redis configuration.",
);

/// ACL LOAD
pub fn acl_load(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.instance.config.aclfile.is_empty() {
        return Err(NO_FILE);
    }
    let users = users_of_file(ctx.instance)
        .map_err(|text| ReplyError::from_bytes([b"ERR ", &text[..]].concat()))?;
    ctx.instance.acl.replace(users);
    // As if all had been removed and made anew.
    close_clients_of(ctx, |user| user != DEFAULT_USER);
    settle(ctx);
    ctx.reply.ok();
    Ok(())
}

fn users_of_file(instance: &Instance) -> Result<Users, Vec<u8>> {
    let config = &instance.config;
    let path = resolve(&config.dir, &config.aclfile);
    let text = read_all(&instance.disk, &path, MAX_FILE).map_err(|error| {
        let text = [
            "Error loading ACLs, opening file '",
            &config.aclfile,
            "': ",
            &error.to_string(),
        ];
        text.concat().into_bytes()
    })?;
    read_users(&config.aclfile, &text, rules(instance))
}

/// ACL SAVE
pub fn acl_save(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let instance = &mut *ctx.instance;
    if instance.config.aclfile.is_empty() {
        return Err(NO_FILE);
    }
    let path = resolve(&instance.config.dir, &instance.config.aclfile);
    let marks = [instance.pid.to_string(), instance.now_ms().to_string()];
    let temporary = [&path, ".tmp-", &marks[0], "-", &marks[1]].concat();
    let mut text = Vec::new();
    for line in instance.acl.lines() {
        text.extend_from_slice(&line);
        text.push(b'\n');
    }
    match instance.replace_file(&path, &temporary, &text) {
        Ok(ticket) => {
            // What was saved is safe when the reply says so.
            ctx.client.waits_for = ctx.client.waits_for.max(Some(ticket));
            ctx.reply.ok();
            Ok(())
        }
        Err(error) => {
            let text = ["Writing ACL file for ACL SAVE: ", &error.to_string()];
            instance.log(LogLevel::Warning, text.concat());
            Err(ReplyError::new(
                "ERR There was an error trying to save the ACLs. Please check the server logs for more \
                 information",
            ))
        }
    }
}

/// Makes the users that a server starts with: requirepass, the `user` lines of its configuration or
/// its aclfile.
///
/// # Errors
/// Why it cannot start. It has been logged.
pub fn start_users(instance: &mut Instance) -> Result<(), String> {
    let password = instance.config.requirepass.clone();
    instance.acl.require(password.as_bytes());
    let result = read_start_users(instance);
    if let Err(text) = &result {
        instance.log(LogLevel::Warning, text);
    }
    result
}

fn read_start_users(instance: &mut Instance) -> Result<(), String> {
    let has_file = !instance.config.aclfile.is_empty();
    let configured = instance.config.users.clone();
    if has_file && !configured.is_empty() {
        return Err(
            "Configuring Redis with users defined in redis.conf and at the same setting an ACL file \
             path is invalid. This setup is very likely to lead to configuration errors and security \
             holes, please define either an ACL file or declare users directly in your redis.conf, but \
             not both."
                .into(),
        );
    }
    for (name, words) in configured {
        let shown = String::from_utf8_lossy(&name);
        let critical = |text: String, instance: &mut Instance| {
            instance.log(LogLevel::Warning, text);
            "Critical error while loading ACLs. Exiting.".to_string()
        };
        if has_spaces(&name) {
            let text = "Spaces not allowed in ACL usernames";
            return Err(critical(text.into(), instance));
        }
        let rules = rules(instance);
        let mut user = User::new(rules.all_channels);
        for rule in words {
            if let Err(error) = rules.apply(&mut user, &rule) {
                let text = [
                    "Error loading ACL rule '",
                    &String::from_utf8_lossy(&rule),
                    "' for the user named '",
                    &shown,
                    "': ",
                    error.text(),
                ];
                return Err(critical(text.concat(), instance));
            }
        }
        if !user.enabled {
            let text = [
                "The user '",
                &shown,
                "' is disabled (there is no 'on' modifier in the user description). Make sure this is \
                 not a configuration error.",
            ];
            instance.log(LogLevel::Notice, text.concat());
        }
        instance.acl.put(&name, user);
    }
    if has_file {
        let users = users_of_file(instance).map_err(|text| {
            let before = "Aborting Redis startup because of ACL errors: ";
            [before, &String::from_utf8_lossy(&text)].concat()
        })?;
        instance.acl.replace(users);
    }
    Ok(())
}
