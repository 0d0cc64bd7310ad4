//! LOLWUT: computer art. The pieces are those of Redis 5 and 6, drawn anew.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::instance::REDIS_VERSION;
use crate::resp::{Args, ReplyError};
use crate::types::trigonometry::{cos, sin};

/// LOLWUT [VERSION version [argument ...]]
pub fn lolwut(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let named = args.get(1).is_some_and(|word| is_word(word, "version"));
    let version = match args.get(2) {
        Some(version) if named => integer(version)?,
        _ => 7,
    };
    let number = |at: usize, default: i64, most: i64| -> Result<usize, ReplyError> {
        let number = args.get(3 + at).map_or(Ok(default), integer)?;
        // Positive and small.
        Ok(number.clamp(1, most) as usize)
    };
    let rng = &mut ctx.instance.rng;
    let mut text = match version {
        5 => {
            let (columns, across) = (number(0, 66, 1000)?, number(1, 8, 200)?);
            let mut text = schotter(columns, across, number(2, 12, 200)?, rng).braille();
            text.push_str("\nGeorg Nees - schotter, plotter on paper, 1968. ");
            text
        }
        6 => {
            let columns = number(0, 80, 1000)?;
            let mut text = skyline(columns, number(1, 20, 1000)?, rng).coloured();
            text.push_str(
                "\nDedicated to the 8 bit game developers of past and present.\n\
                 Original 8 bit image from Plaguemon by hikikomori. ",
            );
            text
        }
        _ => String::new(),
    };
    text.push_str("Redis ver. ");
    text.push_str(REDIS_VERSION);
    text.push('\n');
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

/// Dots of a few colours.
struct Canvas {
    width: i32,
    height: i32,
    dots: Vec<u8>,
}

impl Canvas {
    fn new(width: i32, height: i32, colour: u8) -> Canvas {
        let dots = vec![colour; width.max(0) as usize * height.max(0) as usize];
        Canvas {
            width,
            height,
            dots,
        }
    }

    fn place(&self, x: i32, y: i32) -> Option<usize> {
        let inside = (0..self.width).contains(&x) && (0..self.height).contains(&y);
        inside.then(|| y as usize * self.width as usize + x as usize)
    }

    fn get(&self, x: i32, y: i32) -> u8 {
        self.place(x, y).map_or(0, |place| self.dots[place])
    }

    fn set(&mut self, x: i32, y: i32, colour: u8) {
        if let Some(place) = self.place(x, y) {
            self.dots[place] = colour;
        }
    }

    /// Bresenham's line.
    fn line(&mut self, from: (i32, i32), to: (i32, i32)) {
        let (mut x, mut y) = from;
        let (across, down) = ((to.0 - x).abs(), (to.1 - y).abs());
        let (right, below) = ((to.0 - x).signum(), (to.1 - y).signum());
        let mut error = across - down;
        // Each step comes nearer in one direction at least.
        for _ in 0..=across + down {
            self.set(x, y, 1);
            let twice = 2 * error;
            if twice > -down {
                error -= down;
                x += right;
            }
            if twice < across {
                error += across;
                y += below;
            }
            if (x, y) == to {
                self.set(x, y, 1);
                return;
            }
        }
    }

    /// A square around a point, turned by an angle. In single precision, as Redis reckons here.
    fn square(&mut self, x: i32, y: i32, side: f32, angle: f32) {
        let radius = (f64::from(side) / std::f64::consts::SQRT_2) as f32;
        let radius = f64::from(radius.round());
        let mut turned = (std::f64::consts::FRAC_PI_4 + f64::from(angle)) as f32;
        let corners: [(i32, i32); 4] = std::array::from_fn(|_| {
            let (sine, cosine) = (sin(f64::from(turned)), cos(f64::from(turned)));
            turned = (f64::from(turned) + std::f64::consts::FRAC_PI_2) as f32;
            let place = |at: i32, by: f64| (by * radius + f64::from(at)).round() as i32;
            (place(x, sine), place(y, cosine))
        });
        for corner in 0..4 {
            self.line(corners[corner], corners[(corner + 1) % 4]);
        }
    }

    /// Eight dots a character.
    fn braille(&self) -> String {
        /// Where the dots of a character are, from the lowest bit.
        const DOTS: [(i32, i32); 8] = [
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (0, 3),
            (1, 3),
        ];
        let mut text = String::new();
        for y in (0..self.height).step_by(4) {
            for x in (0..self.width).step_by(2) {
                let dots = DOTS.iter().enumerate();
                let bits: u32 = dots
                    .map(|(bit, (right, down))| {
                        u32::from(self.get(x + right, y + down) != 0) << bit
                    })
                    .sum();
                text.extend(char::from_u32(0x2800 + bits));
            }
            if y != self.height - 1 {
                text.push('\n');
            }
        }
        text
    }

    /// A coloured space for each dot.
    fn coloured(&self) -> String {
        const COLOURS: [&str; 4] = ["0;30;40", "0;90;100", "0;37;47", "0;97;107"];
        let mut text = String::new();
        for y in 0..self.height {
            for x in 0..self.width {
                text.push_str("\x1b[");
                text.push_str(COLOURS[usize::from(self.get(x, y) & 3)]);
                text.push_str("m \x1b[0m");
            }
            if y != self.height - 1 {
                text.push('\n');
            }
        }
        text
    }
}

/// Squares in rows that fall into disorder towards the bottom.
fn schotter(columns: usize, across: usize, down: usize, rng: &mut fastrand::Rng) -> Canvas {
    let width = columns as i32 * 2;
    let padding = if width > 4 { 2 } else { 0 };
    let side = (width - padding * 2) as f32 / across as f32;
    let height = (side * down as f32) as i32 + padding * 2;
    let mut canvas = Canvas::new(width, height, 0);
    for row in 0..down {
        for column in 0..across {
            let middle = |at: usize| (at as f32 * side + side / 2.0 + padding as f32) as i32;
            let (mut x, mut y, mut angle) = (middle(column), middle(row), 0.0);
            if row > 1 {
                let mut disorder = || {
                    let amount = rng.f32() / down as f32 * row as f32;
                    if rng.bool() { -amount } else { amount }
                };
                angle = disorder();
                x = (x as f32 + disorder() * side / 3.0) as i32;
                y = (y as f32 + disorder() * side / 3.0) as i32;
            }
            canvas.square(x, y, side, angle);
        }
    }
    canvas
}

struct Skyscraper {
    left: i32,
    width: i32,
    height: i32,
    windows: bool,
    colour: u8,
}

/// Two rows of skyscrapers in greys, and black ones with windows before them.
fn skyline(columns: usize, rows: usize, rng: &mut fastrand::Rng) -> Canvas {
    let (columns, rows) = (columns as i32, rows as i32);
    let mut canvas = Canvas::new(columns, rows, 3);
    for colour in [2, 1, 0] {
        let mut offset = -10;
        while offset < columns {
            let mut some = |below: i32| rng.i32(0..below);
            offset += some(8);
            let mut width = match colour {
                0 => 5 + some(14),
                _ => 10 + some(9),
            };
            if colour == 0 && width % 4 != 0 {
                width += width % 3;
            }
            let height = match colour {
                2 => rows / 2 + some(rows) / 2,
                1 => rows / 2 + some(rows) / 3,
                _ => rows / 3 + some(rows) / 2,
            };
            let building = Skyscraper {
                left: offset,
                width,
                height,
                windows: colour == 0,
                colour,
            };
            building.draw(&mut canvas, rng);
            offset += match colour {
                2 => width / 2,
                1 => width + 1,
                _ => width + 5,
            };
        }
    }
    canvas
}

impl Skyscraper {
    fn draw(&self, canvas: &mut Canvas, rng: &mut fastrand::Rng) {
        let ground = canvas.height - 1;
        let roof = ground - self.height + 1;
        let right = self.left + self.width;
        for y in (roof..=ground).rev() {
            for x in self.left..right {
                // The roof is narrower.
                if y == roof && (x <= self.left + 1 || x >= right - 2) {
                    continue;
                }
                let inner = x > self.left + 1 && x < right - 2 && y > roof + 1 && y < ground - 1;
                let (column, row) = (x - (self.left + 1), y - (roof + 1));
                let mut colour = self.colour;
                if self.windows && inner && column / 2 % 2 != 0 && row % 2 != 0 {
                    // Both halves of a window are lit or not.
                    colour = match column % 2 {
                        0 => rng.u8(1..=2),
                        _ => canvas.get(x - 1, y),
                    };
                }
                canvas.set(x, y, colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::Session;

    fn drawn(command: &str) -> String {
        let words: Vec<&[u8]> = command.split(' ').map(str::as_bytes).collect();
        let reply = Session::new().run_args(&words);
        let reply = String::from_utf8(reply).unwrap();
        reply.split_once("\r\n").unwrap().1.to_owned()
    }

    /// Two rows of squares are still in order, so that chance has no part: as the real server draws them.
    #[test]
    fn what_is_in_order_is_drawn_as_redis_draws_it() {
        let squares = "\
⠀⡤⠤⠤⠤⣤⠤⠤⠤⢤⡤⠤⠤⠤⣤⠤⠤⠤⢤⠀
⠀⡇⠀⠀⠀⣿⠀⠀⠀⢸⡇⠀⠀⠀⣿⠀⠀⠀⢸⠀
⠀⣧⣤⣤⣤⣿⣤⣤⣤⣼⣧⣤⣤⣤⣿⣤⣤⣤⣼⠀
⠀⡇⠀⠀⠀⣿⠀⠀⠀⢸⡇⠀⠀⠀⣿⠀⠀⠀⢸⠀
⠀⣇⣀⣀⣀⣿⣀⣀⣀⣸⣇⣀⣀⣀⣿⣀⣀⣀⣸⠀
⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀

Georg Nees - schotter, plotter on paper, 1968. Redis ver. 7.2.4\n\r\n";
        assert_eq!(drawn("lolwut version 5 20 4 2"), squares);
        assert!(drawn("lolwut version 5 3 1 1").starts_with("⠀⡤⡄\n⠀⠉⠁\n\nGeorg"));
        assert!(drawn("lolwut version 5 1 1 1").starts_with("⠋\n\nGeorg"));
        let sky = drawn("lolwut version 6 2 1");
        assert!(sky.starts_with("\x1b[0;97;107m \x1b[0m\x1b[0;97;107m \x1b[0m\nDedicated"));
        assert_eq!(drawn("lolwut"), "Redis ver. 7.2.4\n\r\n");
    }

    #[test]
    fn any_size_is_drawn() {
        for (columns, across, down) in [(1, 200, 200), (66, 8, 12), (1000, 1, 3), (2, 2, 200)] {
            drawn(&format!("lolwut version 5 {columns} {across} {down}"));
        }
        for (columns, rows) in [(1, 1), (80, 20), (3, 200), (200, 2)] {
            let sky = drawn(&format!("lolwut version 6 {columns} {rows}"));
            assert_eq!(sky.matches("\x1b[0m").count(), columns * rows);
        }
    }
}
