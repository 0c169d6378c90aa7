//! `cargo xtask bench likeness`: how many changed copies of a photo are recognized, and how many
//! different photos are taken for the same.
//!
//! The photos are generated (`scenes`), or those of a folder: `--photos FOLDER`. Of each, copies are made
//! as they are met in practice, written and read as JPEG. The whole way is measured: what the server
//! finds by its bands, then by the distance.

mod scenes;
mod variants;

use std::{collections::HashSet, path::Path};

use domain::photos::{Flaw, Gray, Likeness, flaw, likeness::NEAR};
use image::{DynamicImage, RgbImage};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|it| it == name)?;
        arguments.get(at + 1).cloned()
    };
    let photos = if let Some(folder) = after("--photos") {
        read(Path::new(&folder))?
    } else {
        let count = after("--count").map_or(Ok(300), |it| it.parse())?;
        (0..count).map(scenes::photo).collect()
    };
    let own: Vec<Option<Likeness>> = photos.iter().map(likeness).collect();
    let flat = own.iter().filter(|it| it.is_none()).count();
    println!(
        "{} photos, {flat} of them without anything to recognize",
        photos.len()
    );
    recall(&photos, &own);
    false_alarms(&own);
    flaws(&photos);
    Ok(())
}

fn read(folder: &Path) -> Result<Vec<RgbImage>, Box<dyn std::error::Error>> {
    let mut photos = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match image::open(&path) {
            Ok(image) => photos.push(image.to_rgb8()),
            Err(error) => println!("{}: {error}", path.display()),
        }
    }
    Ok(photos)
}

fn gray(photo: &RgbImage) -> Option<Gray> {
    let rgba = DynamicImage::ImageRgb8(photo.clone()).to_rgba8();
    Gray::from_rgba(photo.width() as usize, photo.height() as usize, &rgba).map(Gray::reduced)
}

fn likeness(photo: &RgbImage) -> Option<Likeness> {
    Likeness::of(&gray(photo)?)
}

fn recall(photos: &[RgbImage], own: &[Option<Likeness>]) {
    println!(
        "\n{:<28} {:>8} {:>10} {:>10}",
        "copy", "near", "by bands", "distance"
    );
    for (name, change) in variants::ALL {
        let (mut all, mut near, mut by_bands) = (0, 0, 0);
        let mut distances = Vec::new();
        for (number, (photo, own)) in photos.iter().zip(own).enumerate() {
            let (Some(own), Some(copy)) = (own, likeness(&change(photo, number as u64))) else {
                continue;
            };
            all += 1;
            let distance = copy.distance(own);
            distances.push(distance);
            if distance <= NEAR {
                near += 1;
                let kept: HashSet<String> = own.bands().into_iter().collect();
                by_bands += usize::from(copy.wanted().iter().any(|name| kept.contains(name)));
            }
        }
        distances.sort_unstable();
        let share = |count: usize| 100.0 * count as f64 / f64::from(all.max(1));
        let at = |part: usize| distances.get(distances.len() * part / 100).copied();
        println!(
            "{name:<28} {:>7.1}% {:>9.1}% {:>5} … {}",
            share(near),
            share(by_bands),
            at(50).unwrap_or(0),
            at(95).unwrap_or(0),
        );
    }
}

fn false_alarms(own: &[Option<Likeness>]) {
    let known: Vec<&Likeness> = own.iter().flatten().collect();
    let mut histogram = [0_u64; 65];
    for (at, one) in known.iter().enumerate() {
        for other in &known[at + 1..] {
            histogram[one.distance(other) as usize] += 1;
        }
    }
    let pairs: u64 = histogram.iter().sum();
    println!("\n{pairs} pairs of different photos; as near as");
    let mut below = 0;
    for (distance, count) in histogram.iter().enumerate().take(19) {
        below += count;
        if distance >= 4 && distance % 2 == 0 {
            let mark = if distance as u32 == NEAR {
                " (the limit)"
            } else {
                ""
            };
            println!("{distance:>4}: {below}{mark}");
        }
    }
}

fn flaws(photos: &[RgbImage]) {
    println!("\n{:<28} {:>8} {:>8}", "flaw", "dark", "blurred");
    for (name, change) in variants::FLAWS {
        let found: Vec<Flaw> = photos
            .iter()
            .enumerate()
            .filter_map(|(number, photo)| flaw(&gray(&change(photo, number as u64))?))
            .collect();
        let share = |flaw: Flaw| {
            let count = found.iter().filter(|it| **it == flaw).count();
            100.0 * count as f64 / photos.len().max(1) as f64
        };
        println!(
            "{name:<28} {:>7.1}% {:>7.1}%",
            share(Flaw::Dark),
            share(Flaw::Blurred)
        );
    }
}
