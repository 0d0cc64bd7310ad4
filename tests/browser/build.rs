//! Lists the transcripts, so that a new file is played in the browser without a word of code.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("there are transcripts")
        .map(|entry| entry.expect("there are transcripts").path())
        .collect();
    paths.sort();
    let mut list = String::from("&[");
    for path in paths {
        let path = path.canonicalize().expect("the transcript is there");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Writing to a String cannot fail.
        let _ = write!(
            list,
            "({name:?}, include_str!({:?})),",
            path.display().to_string()
        );
    }
    list.push(']');
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("transcripts.rs"), list).expect("the list can be written");
    // Written by the native test `a_seed_is_the_same_life_again`; nothing to compare with is found out by the test here.
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp/stories.txt");
    println!("cargo::rerun-if-changed={}", stories.display());
    let stories = fs::read_to_string(stories).unwrap_or_default();
    fs::write(Path::new(&out).join("stories.txt"), stories).expect("the stories can be written");
}
