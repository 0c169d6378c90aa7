//! What becomes of a photo on its way: chats compress it, people cut it, apps stamp it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageFormat, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
};

use crate::scenes::Random;

/// A copy of a photo; the number makes each one's chance its own.
pub type Change = fn(&RgbImage, u64) -> RgbImage;

pub const ALL: [(&str, Change); 20] = [
    ("compressed again, quality 90", |it, _| jpeg(it, 90)),
    ("quality 60", |it, _| jpeg(it, 60)),
    ("quality 30", |it, _| jpeg(it, 30)),
    ("half as large, quality 60", |it, _| scaled(it, 0.5, 60)),
    ("a quarter, quality 40", |it, _| scaled(it, 0.25, 40)),
    ("5 % cut off around", |it, n| cut(it, 0.05, true, n)),
    ("10 % cut off around", |it, n| cut(it, 0.10, true, n)),
    ("15 % cut off around", |it, n| cut(it, 0.15, true, n)),
    ("5 % cut off at random", |it, n| cut(it, 0.05, false, n)),
    ("10 % cut off at random", |it, n| cut(it, 0.10, false, n)),
    ("15 % cut off at random", |it, n| cut(it, 0.15, false, n)),
    ("10 % off one side", |it, n| one_side(it, 0.10, n)),
    ("15 % off one side", |it, n| one_side(it, 0.15, n)),
    ("stamp: a strip of 8 %", |it, n| strip(it, 0.08, n)),
    ("stamp: a strip of 12 %", |it, n| strip(it, 0.12, n)),
    ("stamp: a box in the corner", |it, n| corner(it, n)),
    ("a third brighter", |it, _| jpeg(&bright(it, 1.33), 80)),
    ("a third darker", |it, _| jpeg(&bright(it, 0.67), 80)),
    ("black and white, more contrast", |it, _| {
        jpeg(&stark(it), 80)
    }),
    ("10 % cut, half, stamp, q 50", |it, n| {
        scaled(&strip(&cut(it, 0.10, true, n), 0.10, n), 0.5, 50)
    }),
];

/// As taken, and what should be noticed.
pub const FLAWS: [(&str, Change); 6] = [
    ("as taken, quality 82", |it, _| jpeg(it, 82)),
    ("blurred a little (σ 3)", |it, _| blurred(it, 3.0)),
    ("blurred (σ 8)", |it, _| blurred(it, 8.0)),
    ("moved by 40 px", |it, _| moved(it, 40)),
    ("dim: a fifth of the light", |it, _| bright(it, 0.2)),
    ("a finger on the lens", |it, _| bright(it, 0.04)),
];

fn jpeg(photo: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(Cursor::new(&mut bytes), quality);
    photo
        .write_with_encoder(encoder)
        .expect("a photo is written");
    let read = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg);
    read.expect("what was written is read").to_rgb8()
}

fn scaled(photo: &RgbImage, by: f64, quality: u8) -> RgbImage {
    let length = |side: u32| ((f64::from(side) * by) as u32).max(1);
    let small = imageops::resize(
        photo,
        length(photo.width()),
        length(photo.height()),
        FilterType::Triangle,
    );
    jpeg(&small, quality)
}

/// Cuts off that part of the width and of the height, evenly or somewhere.
fn cut(photo: &RgbImage, part: f64, even: bool, number: u64) -> RgbImage {
    let mut random = Random(number);
    let (width, height) = photo.dimensions();
    let (off_x, off_y) = (f64::from(width) * part, f64::from(height) * part);
    let (left, top) = if even {
        (0.5, 0.5)
    } else {
        (random.unit(), random.unit())
    };
    let kept = imageops::crop_imm(
        photo,
        (off_x * left) as u32,
        (off_y * top) as u32,
        width - off_x as u32,
        height - off_y as u32,
    );
    jpeg(&kept.to_image(), 80)
}

fn one_side(photo: &RgbImage, part: f64, number: u64) -> RgbImage {
    let (width, height) = photo.dimensions();
    let (off_x, off_y) = (
        (f64::from(width) * part) as u32,
        (f64::from(height) * part) as u32,
    );
    let (x, y, w, h) = match number % 4 {
        0 => (off_x, 0, width - off_x, height),
        1 => (0, 0, width - off_x, height),
        2 => (0, off_y, width, height - off_y),
        _ => (0, 0, width, height - off_y),
    };
    jpeg(&imageops::crop_imm(photo, x, y, w, h).to_image(), 80)
}

/// Something like two lines of white writing on a dark strip at the lower edge.
fn strip(photo: &RgbImage, part: f64, number: u64) -> RgbImage {
    let height = (f64::from(photo.height()) * part) as u32;
    stamped(
        photo,
        0,
        photo.height() - height,
        photo.width(),
        height,
        number,
    )
}

fn corner(photo: &RgbImage, number: u64) -> RgbImage {
    let (width, height) = (photo.width() * 2 / 5, photo.height() / 5);
    stamped(
        photo,
        photo.width() / 40,
        photo.height() * 31 / 40,
        width,
        height,
        number,
    )
}

fn stamped(photo: &RgbImage, x: u32, y: u32, width: u32, height: u32, number: u64) -> RgbImage {
    let mut random = Random(number);
    let mut copy = photo.clone();
    let line = (height / 3).max(1);
    for row in 0..height {
        let written = row / line != 1;
        let mut ink = false;
        for column in 0..width {
            if column % (line / 4).max(1) == 0 {
                ink = written && column < width * 4 / 5 && random.unit() < 0.5;
            }
            let pixel = copy.get_pixel_mut(x + column, y + row);
            *pixel = if ink {
                Rgb([250; 3])
            } else {
                Rgb(pixel.0.map(|it| it / 3))
            };
        }
    }
    jpeg(&copy, 80)
}

fn bright(photo: &RgbImage, by: f64) -> RgbImage {
    let mut copy = photo.clone();
    for pixel in copy.pixels_mut() {
        pixel.0 = pixel.0.map(|it| (f64::from(it) * by).min(255.0) as u8);
    }
    copy
}

fn stark(photo: &RgbImage) -> RgbImage {
    let gray = DynamicImage::ImageRgb8(photo.clone()).grayscale();
    gray.adjust_contrast(30.0).to_rgb8()
}

/// Blur as of a photo of 1600 px.
fn blurred(photo: &RgbImage, sigma: f32) -> RgbImage {
    let side = photo.width().max(photo.height()) as f32;
    imageops::fast_blur(photo, sigma * side / 1_600.0)
}

/// The mean of what passes a pixel while the hand moves sideways, for 1600 px.
fn moved(photo: &RgbImage, by: u32) -> RgbImage {
    let (width, height) = photo.dimensions();
    let by = (by * width.max(height) / 1_600).max(1);
    RgbImage::from_fn(width, height, |x, y| {
        let mut sums = [0_u32; 3];
        for step in 0..by {
            let pixel = photo.get_pixel((x + step).min(width - 1), y);
            for (sum, value) in sums.iter_mut().zip(pixel.0) {
                *sum += u32::from(value);
            }
        }
        Rgb(sums.map(|sum| (sum / by) as u8))
    })
}
