//! `cargo xtask bench scanner`: how many check-in codes are read from pictures as they are met at a gate:
//! tilted, dim, blurred, under a reflection, partly covered, far away.
//!
//! The pictures are generated, in the size of a phone's film, and read as the app reads them
//! (`app/src/platform/camera.rs`, `decoder.rs`): frame after frame, each made smaller in another measure.
//! Counted are those that are read from the first frame, and those that are from one of the first four.

use std::f64::consts::TAU;

use domain::{keys::to_base64url, photos::Gray};

/// A frame of the film.
const WIDTH: usize = 1_280;
const HEIGHT: usize = 960;
/// The longer sides at which frames are searched (`SIDES` in `camera.rs`).
const SIDES: [usize; 4] = [720, 1_080, 1_280, 600];
/// The rate that is wanted over all kinds of picture.
const WANTED: f64 = 0.9;

/// Bytes of a display code and of a person's own code.
const CODES: [(&str, usize); 2] = [("display code", 107), ("own code", 225)];

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
    println!("| | {} | {} |\n|---|---|---|", CODES[0].0, CODES[1].0);
    let (mut read, mut all) = (0, 0);
    for look in LOOKS {
        let mut cells = Vec::new();
        for (_, bytes) in CODES {
            let (mut first, mut found) = (0, 0);
            for seed in 0..count {
                let mut random = Random(seed as u64 * 7919 + bytes as u64);
                let text = text(bytes, &mut random);
                let picture = paint(&text, look, &mut random)?;
                let frame = SIDES.iter().position(|side| {
                    let (width, frame) = reduced(&picture, *side);
                    find(width, &frame).as_deref() == Some(text.as_str())
                });
                first += usize::from(frame == Some(0));
                found += usize::from(frame.is_some());
            }
            read += found;
            all += count;
            let share = |found: usize| found * 100 / count.max(1);
            cells.push(format!("{} %, {} %", share(first), share(found)));
        }
        println!("| {} | {} |", look.name, cells.join(" | "));
    }
    let rate = read as f64 / all.max(1) as f64;
    println!(
        "\n{read} of {all} are read: {:.1} % ({:.0} % wanted)",
        rate * 100.0,
        WANTED * 100.0
    );
    if rate < WANTED {
        std::process::exit(1);
    }
    Ok(())
}

/// A link as a code holds it.
fn text(bytes: usize, random: &mut Random) -> String {
    let token: Vec<u8> = (0..bytes).map(|_| (random.next() * 256.0) as u8).collect();
    format!("https://minglu.example.cn/c#{}", to_base64url(&token))
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

/// As the app's scanner reads a frame.
fn find(width: usize, gray: &[u8]) -> Option<String> {
    let height = gray.len().checked_div(width)?;
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| gray[y * width + x]);
    image
        .detect_grids()
        .iter()
        .find_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
}

/// The frame as the camera sees it, gray by the way that the app takes.
fn paint(
    text: &str,
    look: Look,
    random: &mut Random,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)?;
    let modules = code.width();
    let dark: Vec<bool> = code
        .to_colors()
        .into_iter()
        .map(|color| color == qrcode::Color::Dark)
        .collect();
    // Each picture differs a little.
    let turn = look.turn + (random.next() - 0.5) * 0.01;
    let tilt = look.tilt * (0.8 + 0.4 * random.next());
    let side = HEIGHT as f64 * look.share * (0.95 + 0.1 * random.next());
    let (middle_x, middle_y) = (
        WIDTH as f64 / 2.0 + (random.next() - 0.5) * 70.0,
        HEIGHT as f64 / 2.0 + (random.next() - 0.5) * 35.0,
    );
    let (sin, cos) = (turn * TAU).sin_cos();
    // With its quiet zone.
    let whole = modules as f64 + 8.0;
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
                let (u, v) = (rx * depth / side + 0.5, ry * depth.max(0.2) / side + 0.5);
                let is_dark = (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) && {
                    let covered =
                        (u - 0.5).abs() < look.cover / 2.0 && (v - 0.5).abs() < look.cover / 2.0;
                    let (column, row) = (u * whole - 4.0, v * whole - 4.0);
                    let inside = (0.0..modules as f64).contains(&column)
                        && (0.0..modules as f64).contains(&row);
                    covered || (inside && dark[row as usize * modules + column as usize])
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
    let gray = Gray::from_rgba(WIDTH, HEIGHT, &rgba).ok_or("no picture")?;
    Ok(gray.into_pixels())
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
