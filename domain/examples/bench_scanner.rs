//! `cargo xtask bench scanner`: how many codes are read from pictures as they are met at a gate or on a
//! shelf: tilted, dim, blurred, shaded, partly covered, far away. QR codes for checking in, and bar codes.
//!
//! The pictures are generated, in the size of a phone's film, and read as the app reads them
//! (`domain::codes`, `app/src/platform/camera.rs`): frame after frame, each made smaller in another measure.
//! Counted are those that are read from the first frame, those that are from one of the first four, and those
//! that are read as something else: of these there must be none, also among bar codes with strokes across them.

use std::f64::consts::TAU;

use barcoders::sym::{code39::Code39, code128::Code128, ean13::EAN13, tf::TF};
use domain::{codes, keys::to_base64url, photos::Gray};

/// A frame of the film.
const WIDTH: usize = 1_280;
const HEIGHT: usize = 960;
/// The longer sides at which frames are searched (`SIDES` in `camera.rs`).
const SIDES: [usize; 4] = [720, 1_080, 1_280, 600];
/// The rate that is wanted over all kinds of picture.
const WANTED: f64 = 0.9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// Bytes in a link.
    Qr(usize),
    Ean13,
    Code128,
    Code39,
    Itf,
}

const CODES: [(&str, Code); 6] = [
    ("display code", Code::Qr(107)),
    ("own code", Code::Qr(225)),
    ("EAN-13", Code::Ean13),
    ("Code 128", Code::Code128),
    ("Code 39", Code::Code39),
    ("ITF", Code::Itf),
];

/// What stands on the paper.
struct Drawn {
    text: String,
    columns: usize,
    /// One for bars.
    rows: usize,
    dark: Vec<bool>,
    /// Light around it, in columns.
    margin: f64,
    /// Height of the paper as a share of its width.
    tall: f64,
    /// Its width as a share of what `Look::share` says.
    wide: f64,
}

#[derive(Clone, Copy)]
struct Look {
    name: &'static str,
    /// Rotation in the picture's plane, in turns.
    turn: f64,
    /// How far the far edge is smaller, as a share.
    tilt: f64,
    /// The code's side as a share of the frame's height.
    share: f64,
    /// Light of black and white, 0 to 255.
    black: f64,
    white: f64,
    noise: f64,
    /// Radius of the blur, px.
    blur: usize,
    /// How much darker one side is, as a share.
    shade: f64,
    /// The side of a square that covers the code's middle, as a share of the code's side.
    cover: f64,
    /// Dark and light strokes along the bars, from one end to the other, at random places.
    strokes: usize,
}

const PLAIN: Look = Look {
    name: "plain",
    turn: 0.0,
    tilt: 0.0,
    share: 0.75,
    black: 20.0,
    white: 235.0,
    noise: 4.0,
    blur: 0,
    shade: 0.0,
    cover: 0.0,
    strokes: 0,
};

/// Is to be refused, or read in spite of it, but never misread.
const DAMAGED: Look = Look {
    name: "with strokes",
    strokes: 2,
    ..PLAIN
};

const LOOKS: [Look; 12] = [
    PLAIN,
    Look {
        name: "turned",
        turn: 0.07,
        ..PLAIN
    },
    Look {
        name: "upside down",
        turn: 0.52,
        ..PLAIN
    },
    Look {
        name: "tilted",
        tilt: 0.18,
        ..PLAIN
    },
    Look {
        name: "tilted and turned",
        tilt: 0.14,
        turn: 0.06,
        ..PLAIN
    },
    Look {
        name: "far away",
        share: 0.5,
        ..PLAIN
    },
    Look {
        name: "dim",
        black: 10.0,
        white: 60.0,
        noise: 5.0,
        ..PLAIN
    },
    Look {
        name: "pale",
        black: 120.0,
        white: 190.0,
        noise: 5.0,
        ..PLAIN
    },
    Look {
        name: "shaded",
        shade: 0.7,
        ..PLAIN
    },
    Look {
        name: "blurred",
        blur: 1,
        noise: 6.0,
        ..PLAIN
    },
    Look {
        name: "partly covered",
        cover: 0.12,
        ..PLAIN
    },
    Look {
        name: "dim, tilted, covered",
        black: 15.0,
        white: 90.0,
        tilt: 0.1,
        turn: 0.03,
        cover: 0.08,
        ..PLAIN
    },
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args()
        .skip_while(|it| it != "--count")
        .nth(1)
        .map_or(Ok(40), |it| it.parse())?;
    println!(
        "{count} pictures of each kind, {WIDTH} × {HEIGHT}: read from the first frame, from one of four\n"
    );
    let names = CODES.map(|(name, _)| name).join(" | ");
    println!("| | {names} |\n|---|{}", "---|".repeat(CODES.len()));
    let (mut qr, mut bars) = (Rate::default(), Rate::default());
    for look in LOOKS {
        let cells = CODES.map(|(_, code)| {
            let rate = measure(code, look, count);
            if matches!(code, Code::Qr(_)) {
                qr.add(&rate);
            } else {
                bars.add(&rate);
            }
            rate.shown()
        });
        println!("| {} | {} |", look.name, cells.join(" | "));
    }
    let mut damaged = Rate::default();
    let cells = CODES.map(|(_, code)| {
        if matches!(code, Code::Qr(_)) {
            return String::new();
        }
        let rate = measure(code, DAMAGED, count * 5);
        damaged.add(&rate);
        rate.shown()
    });
    println!("| {} | {} |\n", DAMAGED.name, cells.join(" | "));
    let mut missed = false;
    for (name, rate) in [("QR codes", &qr), ("bar codes", &bars)] {
        let share = rate.read as f64 / rate.all.max(1) as f64;
        let (read, all) = (rate.read, rate.all);
        println!(
            "{read} of {all} {name} are read: {:.1} % ({:.0} % wanted)",
            share * 100.0,
            WANTED * 100.0
        );
        missed |= share < WANTED;
    }
    let misread = qr.misread + bars.misread + damaged.misread;
    println!(
        "{misread} of {} are misread (0 wanted), with strokes {} of {}",
        qr.all + bars.all + damaged.all,
        damaged.misread,
        damaged.all
    );
    if missed || misread > 0 {
        std::process::exit(1);
    }
    Ok(())
}

#[derive(Default)]
struct Rate {
    all: usize,
    first: usize,
    read: usize,
    misread: usize,
}

impl Rate {
    fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.first += other.first;
        self.read += other.read;
        self.misread += other.misread;
    }

    fn shown(&self) -> String {
        let share = |found: usize| found * 100 / self.all.max(1);
        format!("{} %, {} %", share(self.first), share(self.read))
    }
}

fn measure(code: Code, look: Look, count: usize) -> Rate {
    let mut rate = Rate::default();
    for seed in 0..count {
        let salt = CODES.iter().position(|(_, of)| *of == code).unwrap_or(0);
        let mut random = Random((seed * 7919 + salt * 104_729) as u64);
        let drawn = draw(code, &mut random);
        let Some(picture) = paint(&drawn, look, &mut random) else {
            continue;
        };
        rate.all += 1;
        // As for a check-in, and as for a question that takes any code.
        let read = if matches!(code, Code::Qr(_)) {
            codes::read_qr
        } else {
            codes::read
        };
        for (frame, side) in SIDES.into_iter().enumerate() {
            let (width, small) = reduced(&picture, side);
            let Some(found) = read(width, &small) else {
                continue;
            };
            if found == drawn.text {
                rate.first += usize::from(frame == 0);
                rate.read += 1;
            } else {
                eprintln!(
                    "misread, {code:?}, {}: {found:?}, is {:?}",
                    look.name, drawn.text
                );
                rate.misread += 1;
            }
            break;
        }
    }
    rate
}

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.";

fn draw(code: Code, random: &mut Random) -> Drawn {
    let mut pick = |from: &[u8], count: usize| -> String {
        (0..count)
            .map(|_| char::from(from[(random.next() * from.len() as f64) as usize]))
            .collect()
    };
    let (text, modules) = match code {
        Code::Qr(bytes) => return draw_qr(bytes, random),
        Code::Ean13 => {
            // Not a zero, which would make it UPC-A.
            let text = pick(b"123456789", 1) + &pick(DIGITS, 11);
            let modules = EAN13::new(&text).map(|it| it.encode());
            (with_check_digit(&text), modules)
        }
        Code::Code128 => {
            let text = pick(LETTERS, 10);
            let modules = Code128::new(format!("\u{181}{text}")).map(|it| it.encode());
            (text, modules)
        }
        Code::Code39 => {
            let text = pick(LETTERS, 8);
            let modules = Code39::new(&text).map(|it| it.encode());
            (text, modules)
        }
        Code::Itf => {
            let text = with_check_digit(&pick(DIGITS, 13));
            let modules = TF::interleaved(&text).map(|it| it.encode());
            (text, modules)
        }
    };
    let dark: Vec<bool> = modules
        .unwrap_or_default()
        .into_iter()
        .map(|it| it == 1)
        .collect();
    Drawn {
        text,
        columns: dark.len(),
        rows: 1,
        dark,
        margin: 10.0,
        tall: 0.45,
        wide: 1.2,
    }
}

fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A link as a check-in code holds it.
fn draw_qr(bytes: usize, random: &mut Random) -> Drawn {
    let token: Vec<u8> = (0..bytes).map(|_| (random.next() * 256.0) as u8).collect();
    let text = format!("https://minglu.example.cn/c#{}", to_base64url(&token));
    let code = qrcode::QrCode::with_error_correction_level(&text, qrcode::EcLevel::M);
    let (columns, colors) = code.map_or((0, Vec::new()), |it| (it.width(), it.to_colors()));
    Drawn {
        text,
        columns,
        rows: columns,
        dark: colors
            .into_iter()
            .map(|color| color == qrcode::Color::Dark)
            .collect(),
        margin: 4.0,
        tall: 1.0,
        wide: 1.0,
    }
}

/// A frame with its longer side so long, each pixel between the four that are nearest.
fn reduced(frame: &[u8], side: usize) -> (usize, Vec<u8>) {
    let (width, height) = (side, side * HEIGHT / WIDTH);
    let at = |x: usize, y: usize| f64::from(frame[y.min(HEIGHT - 1) * WIDTH + x.min(WIDTH - 1)]);
    let step = WIDTH as f64 / width as f64;
    let mut small = Vec::with_capacity(width * height);
    for y in 0..height {
        let down = ((y as f64 + 0.5) * step - 0.5).max(0.0);
        for x in 0..width {
            let right = ((x as f64 + 0.5) * step - 0.5).max(0.0);
            let (left, top) = (right as usize, down as usize);
            let (part_x, part_y) = (right.fract(), down.fract());
            let upper = at(left, top) * (1.0 - part_x) + at(left + 1, top) * part_x;
            let lower = at(left, top + 1) * (1.0 - part_x) + at(left + 1, top + 1) * part_x;
            small.push((upper * (1.0 - part_y) + lower * part_y) as u8);
        }
    }
    (width, small)
}

/// The frame as the camera sees it, gray by the way that the app takes.
fn paint(drawn: &Drawn, look: Look, random: &mut Random) -> Option<Vec<u8>> {
    // Each picture differs a little.
    let turn = look.turn + (random.next() - 0.5) * 0.01;
    let tilt = look.tilt * (0.8 + 0.4 * random.next());
    let side = HEIGHT as f64 * look.share * (0.95 + 0.1 * random.next()) * drawn.wide;
    let (middle_x, middle_y) = (
        WIDTH as f64 / 2.0 + (random.next() - 0.5) * 70.0,
        HEIGHT as f64 / 2.0 + (random.next() - 0.5) * 35.0,
    );
    let (sin, cos) = (turn * TAU).sin_cos();
    let whole = drawn.columns as f64 + 2.0 * drawn.margin;
    let strokes: Vec<(f64, f64, bool)> = (0..look.strokes)
        .map(|_| {
            let column = random.next() * drawn.columns as f64;
            (
                column,
                column + 0.6 + random.next() * 2.4,
                random.next() < 0.5,
            )
        })
        .collect();
    let mut light = vec![0.0_f64; WIDTH * HEIGHT];
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            // Four looks into each pixel.
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (px, py) = (x as f64 + dx - middle_x, y as f64 + dy - middle_y);
                let (rx, ry) = (px * cos + py * sin, py * cos - px * sin);
                // A plane that leans back: what is higher up is farther away.
                let depth = 1.0 - tilt * ry / (side / 2.0);
                let (u, v) = (
                    rx * depth / side + 0.5,
                    ry * depth.max(0.2) / (side * drawn.tall) + 0.5,
                );
                let is_dark = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) && {
                    let covered =
                        (u - 0.5).abs() < look.cover / 2.0 && (v - 0.5).abs() < look.cover / 2.0;
                    covered || drawn.is_dark(u * whole - drawn.margin, v, &strokes)
                };
                let paper = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v);
                sum += match (is_dark, paper) {
                    (true, _) => look.black,
                    (false, true) => look.white,
                    // What is behind it.
                    (false, false) => look.black + (look.white - look.black) * 0.4,
                };
            }
            let shade = 1.0 - look.shade * x as f64 / WIDTH as f64;
            light[y * WIDTH + x] = sum / 4.0 * shade;
        }
    }
    for _ in 0..look.blur {
        light = blurred(&light);
    }
    let mut rgba = Vec::with_capacity(light.len() * 4);
    for value in light {
        let noise = (random.next() + random.next() + random.next() - 1.5) * 2.0 * look.noise;
        let level = (value + noise).clamp(0.0, 255.0) as u8;
        rgba.extend([level, level, level, 255]);
    }
    Gray::from_rgba(WIDTH, HEIGHT, &rgba).map(Gray::into_pixels)
}

impl Drawn {
    /// At so many columns from the left, and a share of the paper's height.
    fn is_dark(&self, column: f64, v: f64, strokes: &[(f64, f64, bool)]) -> bool {
        let row = if self.rows == 1 {
            // Bars leave light above and below.
            if (0.1..0.9).contains(&v) { 0.0 } else { -1.0 }
        } else {
            v * (self.rows as f64 + 2.0 * self.margin) - self.margin
        };
        if row < 0.0 || row >= self.rows as f64 || column < 0.0 {
            return false;
        }
        let stroke = strokes
            .iter()
            .find(|(from, to, _)| (*from..*to).contains(&column));
        match stroke {
            Some((_, _, dark)) => *dark,
            None if column >= self.columns as f64 => false,
            None => self.dark[row as usize * self.columns + column as usize],
        }
    }
}

/// The mean of nine pixels.
fn blurred(light: &[f64]) -> Vec<f64> {
    let at = |x: usize, y: usize| light[y.min(HEIGHT - 1) * WIDTH + x.min(WIDTH - 1)];
    let mut soft = Vec::with_capacity(light.len());
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let mut sum = 0.0;
            for ny in y.saturating_sub(1)..=y + 1 {
                for nx in x.saturating_sub(1)..=x + 1 {
                    sum += at(nx, ny);
                }
            }
            let rows = (y + 2 - y.saturating_sub(1)) as f64;
            let columns = (x + 2 - x.saturating_sub(1)) as f64;
            soft.push(sum / (rows * columns));
        }
    }
    soft
}

/// The same numbers each time.
struct Random(u64);

impl Random {
    /// From 0 to below 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
