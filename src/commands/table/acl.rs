//! The rows of ACL, of group `server`.

use crate::commands::acl::{
    acl_cat, acl_deluser, acl_dryrun, acl_genpass, acl_getuser, acl_help, acl_list, acl_load,
    acl_log, acl_save, acl_setuser, acl_users, acl_whoami,
};
use crate::commands::command::{Command, Flags, Group, Summary};
use crate::commands::syntax::{integer, one_of, string, token};

const BASE: Command = Command {
    flags: Flags::NOSCRIPT.union(Flags::LOADING).union(Flags::STALE),
    group: Group::Server,
    since: "6.0.0",
    ..Command::BASE
};

const ADMIN: Command = Command {
    flags: BASE.flags.union(Flags::ADMIN),
    ..BASE
};

pub(super) const ROWS: &[Command] = &[Command {
    name: "acl",
    arity: -2,
    flags: Flags::empty(),
    complexity: "Depends on subcommand.",
    summary: Summary {
        en: "Manages users and what they may do.",
        zh: "管理用户及其权限。",
    },
    subcommands: &[
        Command {
            name: "cat",
            arity: -2,
            complexity: "O(1) since the categories and commands are a fixed set.",
            summary: Summary {
                en: "Lists the categories, or the commands of one.",
                zh: "列出所有命令类别，或某个类别中的命令。",
            },
            arguments: &[string("categoryname").optional()],
            run: acl_cat,
            ..BASE
        },
        Command {
            name: "deluser",
            arity: -3,
            complexity: "O(1) amortized time considering the typical user.",
            summary: Summary {
                en: "Removes users and closes their connections.",
                zh: "删除用户并断开其连接。",
            },
            arguments: &[string("username").multiple()],
            run: acl_deluser,
            ..ADMIN
        },
        Command {
            name: "dryrun",
            arity: -4,
            since: "7.0.0",
            complexity: "O(1).",
            summary: Summary {
                en: "Tells whether a user may run a command, without running it.",
                zh: "检查用户能否执行某条命令，但不执行它。",
            },
            arguments: &[
                string("username"),
                string("command"),
                string("arg").optional().multiple(),
            ],
            run: acl_dryrun,
            ..ADMIN
        },
        Command {
            name: "genpass",
            arity: -2,
            complexity: "O(1)",
            summary: Summary {
                en: "Makes a password that nobody guesses.",
                zh: "生成一个难以猜测的密码。",
            },
            arguments: &[integer("bits").optional()],
            run: acl_genpass,
            ..BASE
        },
        Command {
            name: "getuser",
            arity: 3,
            complexity: "O(N). Where N is the number of password, command and pattern rules that the user has.",
            summary: Summary {
                en: "Tells the rules of a user.",
                zh: "查看用户的权限规则。",
            },
            arguments: &[string("username")],
            run: acl_getuser,
            ..ADMIN
        },
        Command {
            name: "help",
            arity: 2,
            flags: Flags::LOADING.union(Flags::STALE),
            complexity: "O(1)",
            summary: Summary {
                en: "Explains the ACL subcommands.",
                zh: "说明 ACL 的各个子命令。",
            },
            run: acl_help,
            ..BASE
        },
        Command {
            name: "list",
            arity: 2,
            complexity: "O(N). Where N is the number of configured users.",
            summary: Summary {
                en: "Lists all users with their rules, as lines of a file.",
                zh: "以配置文件的格式列出所有用户及其规则。",
            },
            run: acl_list,
            ..ADMIN
        },
        Command {
            name: "load",
            arity: 2,
            complexity: "O(N). Where N is the number of configured users.",
            summary: Summary {
                en: "Reads the users from the file of users.",
                zh: "从 ACL 文件重新加载用户。",
            },
            run: acl_load,
            ..ADMIN
        },
        Command {
            name: "log",
            arity: -2,
            complexity: "O(N) with N being the number of entries shown.",
            summary: Summary {
                en: "Lists what was denied lately, or forgets it.",
                zh: "列出最近被拒绝的操作，或清空记录。",
            },
            arguments: &[
                one_of("operation", &[integer("count"), token("reset", "RESET")]).optional(),
            ],
            run: acl_log,
            ..ADMIN
        },
        Command {
            name: "save",
            arity: 2,
            complexity: "O(N). Where N is the number of configured users.",
            summary: Summary {
                en: "Writes the users to the file of users.",
                zh: "把用户保存到 ACL 文件。",
            },
            run: acl_save,
            ..ADMIN
        },
        Command {
            name: "setuser",
            arity: -3,
            complexity: "O(N). Where N is the number of rules provided.",
            summary: Summary {
                en: "Makes a user, or changes its rules.",
                zh: "创建用户或修改其规则。",
            },
            arguments: &[string("username"), string("rule").optional().multiple()],
            run: acl_setuser,
            ..ADMIN
        },
        Command {
            name: "users",
            arity: 2,
            complexity: "O(N). Where N is the number of configured users.",
            summary: Summary {
                en: "Lists the names of all users.",
                zh: "列出所有用户名。",
            },
            run: acl_users,
            ..ADMIN
        },
        Command {
            name: "whoami",
            arity: 2,
            complexity: "O(1)",
            summary: Summary {
                en: "Tells the user of the connection.",
                zh: "返回当前连接的用户名。",
            },
            run: acl_whoami,
            ..BASE
        },
    ],
    ..BASE
}];
