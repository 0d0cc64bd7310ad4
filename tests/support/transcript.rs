//! Transcripts: what a redis-cli session looks like, played and compared line by line.
//!
//! ```text
//! # A line on what it shows. `# cli: -3` starts redis-cli with that option.
//! 127.0.0.1:6379> SET a 1
//! OK
//! # real: skip 7.0 has no such option
//! 127.0.0.1:6379> ZRANK board ann WITHSCORE
//! ```

use resplay::cli::{self, Options, Session, Transport};

/// A prompt, what is typed there, and what redis-cli prints then.
struct Step {
    prompt: String,
    line: String,
    expected: String,
    /// Why the real 7.0 server is not asked, where 7.2 answers otherwise.
    not_real: bool,
}

/// A whole file.
pub struct Transcript {
    options: Options,
    steps: Vec<Step>,
}

const SKIP: &str = "# real: skip ";

impl Transcript {
    /// Reads a file.
    ///
    /// # Panics
    /// When there is no prompt in it, or a reason is missing.
    pub fn parse(text: &str) -> Transcript {
        let mut options = Options::default();
        let mut steps: Vec<Step> = Vec::new();
        let mut not_real = false;
        for line in text.lines() {
            if let Some(reason) = line.strip_prefix(SKIP) {
                assert!(
                    !reason.trim().is_empty(),
                    "a skipped command needs a reason"
                );
                not_real = true;
            } else if let Some((prompt, typed)) = line.split_once("> ")
                && prompt.starts_with("127.0.0.1:6379")
            {
                steps.push(Step {
                    prompt: format!("{prompt}> "),
                    line: typed.to_owned(),
                    expected: String::new(),
                    not_real: std::mem::take(&mut not_real),
                });
            } else if let Some(step) = steps.last_mut() {
                step.expected.push_str(line);
                step.expected.push('\n');
            } else {
                options.resp3 |= line == "# cli: -3";
            }
        }
        assert!(!steps.is_empty(), "no prompt in the transcript");
        Transcript { options, steps }
    }

    /// Plays it from the first line to the last; says where the output is another than it should be. With
    /// `real`, leaves out what the real 7.0 server answers otherwise. Answers the number of lines played.
    pub fn play(&self, transport: &mut impl Transport, real: bool) -> Result<usize, String> {
        let mut session = Session::new(self.options.clone());
        cli::open(&mut session, transport);
        let mut played = 0;
        for step in self.steps.iter().filter(|step| !(real && step.not_real)) {
            let prompt = session.prompt();
            if prompt != step.prompt {
                return Err(format!(
                    "the prompt is {prompt:?} instead of {:?} before {}",
                    step.prompt, step.line
                ));
            }
            let printed = cli::run_line(&mut session, transport, step.line.as_bytes());
            let printed = String::from_utf8_lossy(&printed);
            if printed.trim_end_matches('\n') != step.expected.trim_end_matches('\n') {
                return Err(format!(
                    "{prompt}{}\n{printed}-- instead of\n{}",
                    step.line, step.expected
                ));
            }
            played += 1;
        }
        Ok(played)
    }
}
