//! ACL and AUTH: users, and what they may do.

mod auth;
mod files;
mod look;
mod names;
pub mod permission;
mod users;

pub use auth::{auth, log_in};
pub use files::{acl_load, acl_save, start_users};
pub use look::{acl_cat, acl_dryrun, acl_genpass, acl_help, acl_log};
pub use users::{acl_deluser, acl_getuser, acl_list, acl_setuser, acl_users, acl_whoami, settle};
