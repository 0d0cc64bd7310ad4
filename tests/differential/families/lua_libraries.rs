//! cjson, cmsgpack, struct and bit, as scripts call them.

use crate::command;
use crate::random::{Group, Random};

/// Writes values down: doubles as their bits, strings escaped, tables sorted.
const SHOW: &str = r"
local function show(v, d)
  local t = type(v)
  if t == 'string' then
    return '<' .. v:gsub('[^%w%p ]', function(c) return '\\' .. c:byte() end) .. '>'
  elseif t == 'number' then
    if v ~= v then return 'nan' end
    return (struct.pack('>d', v):gsub('.', function(c) return bit.tohex(c:byte(), 2) end))
  elseif t == 'table' then
    if d > 20 then return '...' end
    local parts = {}
    for k, x in pairs(v) do parts[#parts + 1] = show(k, d + 1) .. '=' .. show(x, d + 1) end
    table.sort(parts)
    return '{' .. table.concat(parts, ',') .. '}'
  elseif t == 'userdata' then
    return 'null'
  end
  return tostring(v)
end
local function list(...)
  local parts = {}
  for i = 1, select('#', ...) do parts[i] = show((select(i, ...)), 0) end
  return table.concat(parts, ' ')
end
local c = cjson.new()
";

pub fn group(random: &mut Random) -> Group {
    let body = match random.below(4) {
        0 => bits(random),
        1 => structure(random),
        2 => json(random),
        _ => message(random),
    };
    let script = format!("{SHOW}return {body}");
    // Not as bytes that are no UTF-8: the literals are escaped.
    vec![command!("EVAL", script.into_bytes(), "0")]
}

/// A call whose error is caught, with or without a name of what was called.
fn call(random: &mut Random, function: &str, arguments: &[String]) -> String {
    let arguments = arguments.join(", ");
    if random.one_in(2) {
        return format!("list(pcall(function() return {function}({arguments}) end))");
    }
    let comma = if arguments.is_empty() { "" } else { ", " };
    format!("list(pcall({function}{comma}{arguments}))")
}

fn pick(random: &mut Random, from: &[&str]) -> String {
    random.pick(from).to_owned()
}

fn number(random: &mut Random) -> String {
    match random.below(9) {
        0 => random.between(-5, 20).to_string(),
        1 => random.between(-(1 << 33), 1 << 33).to_string(),
        2 => random.between(i64::MIN, i64::MAX).to_string(),
        3 => format!("{}.{}", random.between(-1000, 1000), random.below(100_000)),
        4 => format!("{}e{}", random.between(-99, 99), random.between(-320, 300)),
        5 => format!("2^{}", random.below(71)),
        6 => format!("-2^{}", random.below(71)),
        7 => format!("(2^{} - 1)", random.below(71)),
        _ => pick(
            random,
            &["1/0", "-1/0", "0", "0.5", "-2.5", "1e15", "123456789012345"],
        ),
    }
}

fn literal(bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\{byte:03}")).collect();
    format!("'{escaped}'")
}

fn bytes(random: &mut Random, most: usize, from: &[u8]) -> Vec<u8> {
    let len = random.below(most + 1);
    let byte = |random: &mut Random| match from.is_empty() {
        true => u8::try_from(random.below(256)).unwrap_or(0),
        false => from[random.below(from.len())],
    };
    (0..len).map(|_| byte(random)).collect()
}

fn string(random: &mut Random) -> String {
    match random.below(5) {
        0 => literal(&bytes(random, 5, &[])),
        1 => literal(&bytes(random, 12, b"abc\"\\/\n\t 1\x7f\x1f")),
        2 => literal(&bytes(random, 40, &[])),
        3 => literal(random.below(100).to_string().as_bytes()),
        _ => {
            let length = pick(random, &["31", "32", "255", "256", "1", "0"]);
            format!("string.rep('x', {length})")
        }
    }
}

fn value(random: &mut Random, depth: usize) -> String {
    match random.below(12) {
        0..3 if depth < 4 => array(random, depth),
        3 | 4 if depth < 4 => pair(random, depth),
        0..7 => number(random),
        7 | 8 => string(random),
        9 => pick(random, &["true", "false"]),
        10 => pick(random, &["nil", "cjson.null"]),
        _ => pick(random, &["type", "7", "7", "7", "7"]),
    }
}

fn array(random: &mut Random, depth: usize) -> String {
    let len = if depth < 2 {
        [0, 1, 2, 3, 5, 17][random.below(6)]
    } else {
        random.below(4)
    };
    let items: Vec<String> = (0..len).map(|_| value(random, depth + 1)).collect();
    format!("{{{}}}", items.join(", "))
}

/// A table with one key: the order of several is each interpreter's own.
fn pair(random: &mut Random, depth: usize) -> String {
    let key = match random.below(4) {
        0 => string(random),
        1 => random.between(-2, 25).to_string(),
        2 => pick(
            random,
            &["1.5", "2^31", "2^40", "1e10", "true", "12", "2^53"],
        ),
        _ => "'a'".to_owned(),
    };
    format!("{{[{key}] = {}}}", value(random, depth + 1))
}

/// Now and then an argument is missing, or of any other type.
fn spoiled(random: &mut Random, mut arguments: Vec<String>) -> Vec<String> {
    if random.one_in(12) {
        let at = random.below(arguments.len() + 1);
        let other = value(random, 3);
        match arguments.get_mut(at) {
            Some(argument) => *argument = other,
            None => {
                arguments.pop();
            }
        }
    }
    arguments
}

fn bits(random: &mut Random) -> String {
    let name = pick(
        random,
        &[
            "tobit", "bnot", "band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror",
            "bswap", "tohex",
        ],
    );
    let count = match name.as_str() {
        "tobit" | "bnot" | "bswap" => 1,
        "tohex" => 1 + random.below(2),
        "band" | "bor" | "bxor" => 1 + random.below(4),
        _ => 2,
    };
    let argument = |random: &mut Random| match random.below(5) {
        0 => format!("'{}'", random.between(-9, 99)),
        1 => format!("'0x{:x}'", random.between(0, 1 << 32)),
        _ => number(random),
    };
    let arguments = (0..count).map(|_| argument(random)).collect();
    let arguments = spoiled(random, arguments);
    call(random, &format!("bit.{name}"), &arguments)
}

/// A format, and arguments for it.
fn format_of(random: &mut Random) -> (String, Vec<String>) {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for _ in 0..random.below(7) {
        if random.one_in(5) {
            format += random.pick(&[
                ">", "<", " ", "!", "!1", "!2", "!4", "!8", "!16", "!3", "!0",
            ]);
        }
        let option = random.pick(&[
            "b", "B", "h", "H", "l", "L", "T", "f", "d", "s", "i", "x", "I", "c",
        ]);
        format += option;
        match option {
            "i" | "I" => {
                format +=
                    random.pick(&["", "1", "2", "3", "4", "7", "8", "9", "16", "32", "0", "33"])
            }
            "c" => format += random.pick(&["", "0", "1", "3", "10"]),
            _ => {}
        }
        match option {
            "x" => {}
            "c" | "s" => arguments.push(string(random)),
            _ => arguments.push(number(random)),
        }
        if random.one_in(30) {
            format += random.pick(&[
                "z",
                "9",
                "\\000",
                "%",
                "\\233",
                "c99999999999",
                "i99999999999",
                "A",
            ]);
        }
    }
    (format!("'{format}'"), arguments)
}

fn structure(random: &mut Random) -> String {
    let (format, values) = format_of(random);
    let pack = [vec![format.clone()], values].concat();
    match random.below(4) {
        0 => {
            let pack = spoiled(random, pack);
            call(random, "struct.pack", &pack)
        }
        1 => {
            let from: &[u8] = if random.one_in(2) {
                &[]
            } else {
                &[0, 1, 2, 3, 4, 5]
            };
            let mut arguments = vec![format, literal(&bytes(random, 40, from))];
            if random.one_in(2) {
                arguments.push(pick(
                    random,
                    &["1", "2", "0", "-1", "-5", "40", "100", "2^31", "1.5"],
                ));
            }
            let arguments = spoiled(random, arguments);
            call(random, "struct.unpack", &arguments)
        }
        2 => call(random, "struct.size", &[format]),
        _ => {
            let packed = format!("struct.pack({})", pack.join(", "));
            call(random, "struct.unpack", &[format, packed])
        }
    }
}

/// Words of JSON, and what looks like them.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"",
    "1",
    "-1.5e3",
    "0x1F",
    "01",
    "+1",
    "-",
    "nan",
    "-inf",
    "Infinity",
    "true",
    "false",
    "null",
    "tru",
    "nul",
    " ",
    "\\t",
    "\\n",
    "\"\\\\u00e9\"",
    "\"\\\\x\"",
    "\"\\\\ud83d\\\\ude00\"",
    "\"\\\\ud800\"",
    "\"\\\\n\\\\/\\\\\"\"",
    "1e",
    "1e999",
    ".5",
    "\\000",
    "\\255",
    "2e-400",
    "0x1p4",
    "i",
    "-nan(1)",
    "00",
];

fn text(random: &mut Random, depth: usize) -> String {
    match random.below(8) {
        0 | 1 if depth < 5 => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| text(random, depth + 1))
                .collect();
            format!("[{}]", items.join(","))
        }
        2 if depth < 5 => {
            let item = |random: &mut Random| {
                let key = random.pick(&["a", "b", "c", "d"]);
                format!("\"{key}\":{}", text(random, depth + 1))
            };
            let items: Vec<String> = (0..random.below(4)).map(|_| item(random)).collect();
            format!("{{{}}}", items.join(","))
        }
        _ => pick(
            random,
            &[
                "1",
                "-0",
                "12.5",
                "1e5",
                "\"x\"",
                "\"\"",
                "\"\\\\u20ac\\\\\"q\"",
                "true",
                "false",
                "null",
                "123456789012345678",
                "0.1",
                "1E-7",
                "\"\\195\\169\"",
            ],
        ),
    }
}

/// What scripts set.
const SETTINGS: &[&str] = &[
    "encode_sparse_array",
    "encode_max_depth",
    "decode_max_depth",
    "encode_number_precision",
    "encode_keep_buffer",
    "encode_invalid_numbers",
    "decode_invalid_numbers",
];

fn setting(random: &mut Random) -> String {
    let name = random.pick(SETTINGS);
    let most = if random.one_in(2) { 1 } else { 4 };
    let arguments: Vec<&str> = (0..random.below(most + 1))
        .map(|_| {
            random.pick(&[
                "nil", "true", "false", "'on'", "'off'", "'null'", "'bad'", "1", "2", "0", "3",
                "14", "15", "-1", "1.9", "2^31", "2^32 + 1", "{}", "'3'",
            ])
        })
        .collect();
    let comma = if arguments.is_empty() { "" } else { ", " };
    format!("list(pcall(c.{name}{comma}{}))", arguments.join(", "))
}

fn json(random: &mut Random) -> String {
    let before = if random.one_in(3) {
        setting(random) + " .. "
    } else {
        String::new()
    };
    let body = match random.below(10) {
        0..4 => {
            let value = value(random, 0);
            call(random, "c.encode", &[value])
        }
        4 => call(random, "c.encode", &[]),
        5 | 6 => {
            let text = format!("'{}'", text(random, 0));
            call(random, "c.decode", &[text])
        }
        7 | 8 => {
            let words: Vec<&str> = (0..random.below(9)).map(|_| random.pick(WORDS)).collect();
            let text = format!("'{}'", words.concat());
            call(random, "c.decode", &[text])
        }
        _ => {
            let value = value(random, 3);
            call(random, "c.decode", &[value])
        }
    };
    before + &body
}

fn message(random: &mut Random) -> String {
    match random.below(5) {
        0 | 1 => {
            let values: Vec<String> = (0..random.below(4)).map(|_| value(random, 0)).collect();
            call(random, "cmsgpack.pack", &values)
        }
        2 => {
            let values: Vec<String> = (0..1 + random.below(3)).map(|_| value(random, 0)).collect();
            let packed = format!("cmsgpack.pack({})", values.join(", "));
            call(random, "cmsgpack.unpack", &[packed])
        }
        _ => {
            const LIKELY: &[u8] = &[
                0xc0, 0xcc, 0xd0, 0xcd, 0xd1, 0xca, 0xa1, 1, 0xff, 0x91, 0x81, 0xdc, 0, 0, 0, 2,
                0xc3, 0x90,
            ];
            let from: &[u8] = if random.one_in(3) { &[] } else { LIKELY };
            let mut arguments = vec![literal(&bytes(random, 20, from))];
            let name = pick(random, &["unpack", "unpack", "unpack_one", "unpack_limit"]);
            let offsets = ["0", "1", "-1", "5", "100", "nil"];
            match name.as_str() {
                "unpack_limit" => {
                    arguments.push(pick(random, &["1", "2", "0", "-1", "100"]));
                    if random.one_in(2) {
                        arguments.push(pick(random, &offsets));
                    }
                }
                "unpack_one" if random.one_in(2) => arguments.push(pick(random, &offsets)),
                _ => {}
            }
            let arguments = spoiled(random, arguments);
            call(random, &format!("cmsgpack.{name}"), &arguments)
        }
    }
}
