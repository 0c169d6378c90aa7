//! `cargo xtask bench scanner`: how many codes are read from pictures as they are met at a gate or on a
//! shelf: tilted, dim, blurred, shaded, partly covered, far away. QR codes for checking in, and bar codes.
//!
//! The pictures are generated, in the size of a phone's film, and read as the app reads them
//! (`domain::codes`, `app/src/platform/camera.rs`): frame after frame, each made smaller in another measure.
//! Counted are those that are read from the first frame, those that are from one of the first four, and those
//! that are read as something else: of these there must be none, also among bar codes with strokes across them.

mod paint;

use barcoders::sym::{code39::Code39, code128::Code128, ean13::EAN13, tf::TF};
use domain::{codes, keys::to_base64url};
use paint::{Drawn, HEIGHT, Look, Random, WIDTH, paint, reduced};

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
        // Not a zero at the beginning, which would make it UPC-A.
        Code::Ean13 => {
            let text = pick(b"123456789", 1) + &pick(DIGITS, 11);
            (
                with_check_digit(&text),
                EAN13::new(&text).map(|it| it.encode()),
            )
        }
        Code::Code128 => {
            let text = pick(LETTERS, 10);
            let code = Code128::new(format!("\u{181}{text}"));
            (text, code.map(|it| it.encode()))
        }
        Code::Code39 => {
            let text = pick(LETTERS, 8);
            let code = Code39::new(&text);
            (text, code.map(|it| it.encode()))
        }
        Code::Itf => {
            let text = with_check_digit(&pick(DIGITS, 13));
            let code = TF::interleaved(&text);
            (text, code.map(|it| it.encode()))
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
