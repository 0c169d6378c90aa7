//! A fingerprint of how a photo looks: nearly same photos have nearly the same one, though they were
//! scaled, compressed again, brightened, cut at the edges or stamped.
//!
//! Each of some views (the whole, less its edges, less a strip) is reduced to 32 × 32 mean values, of
//! which the signs of the 64 slowest cosine waves are kept. Two photos are compared by all pairs of
//! views that a cut could make the same; the least distance counts. Figures: `cargo xtask bench likeness`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::gray::{Gray, Means};

/// Left, top, right and bottom of each view, as fractions. The first is the whole.
const VIEWS: [[f64; 4]; 8] = [
    [0.0, 0.0, 1.0, 1.0],
    [0.04, 0.04, 0.96, 0.96],
    [0.08, 0.08, 0.92, 0.92],
    [0.0, 0.0, 1.0, 0.87],
    [0.0, 0.13, 1.0, 1.0],
    [0.0, 0.0, 0.87, 1.0],
    [0.13, 0.0, 1.0, 1.0],
    [0.0, 0.0, 1.0, 0.72],
];
/// Mean values along one side of a view.
const CELLS: usize = 32;
/// Waves along one side of which some are kept.
const WAVES: usize = 11;
/// Of 64 signs, so many may differ.
pub const NEAR: u32 = 10;
/// Less light and dark than this (the standard deviation of the means) says nothing.
const FLAT: f64 = 5.0;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Likeness([u64; VIEWS.len()]);

/// How two photos resemble each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resemblance {
    /// The same bytes.
    Same,
    /// The same picture, changed a little; or two pictures of the same at the same moment.
    NearlySame,
}

impl Likeness {
    /// `None` for what has nothing to recognize: a black, white or even picture.
    pub fn of(picture: &Gray) -> Option<Self> {
        let means = Means::of(picture);
        let whole = means.grid(VIEWS[0], CELLS, CELLS);
        let count = whole.len() as f64;
        let mean = whole.iter().sum::<f64>() / count;
        let spread = whole
            .iter()
            .map(|it| (it - mean) * (it - mean))
            .sum::<f64>()
            / count;
        if spread < FLAT * FLAT {
            return None;
        }
        let waves = waves();
        Some(Self(
            VIEWS.map(|view| signs(&waves, &means.grid(view, CELLS, CELLS))),
        ))
    }

    /// How many signs differ between the two views that are most alike: 0 to 64.
    pub fn distance(&self, other: &Self) -> u32 {
        let differ = |mine: usize, theirs: usize| (self.0[mine] ^ other.0[theirs]).count_ones();
        let of_view = |view: usize| differ(view, view).min(differ(0, view)).min(differ(view, 0));
        (0..VIEWS.len()).map(of_view).min().unwrap_or(64)
    }

    pub fn is_near(&self, other: &Self) -> bool {
        self.distance(other) <= NEAR
    }
}

/// How many signs one band holds; a likeness is found by any band that is the same.
const BAND_BITS: u32 = 16;
const BANDS: u32 = u64::BITS / BAND_BITS;

impl Likeness {
    /// The names under which a photo is kept so that others find it: view, band and its signs.
    pub fn bands(&self) -> Vec<String> {
        let views = self.0.iter().enumerate();
        views
            .flat_map(|(view, signs)| {
                (0..BANDS).map(move |band| name(view, band, cut(*signs, band)))
            })
            .collect()
    }

    /// The names of all that could be near: each pair of views that [`Likeness::distance`] compares, each
    /// band as it is and with any one sign turned. What differs in at most 7 signs has one of them.
    pub fn wanted(&self) -> Vec<String> {
        let mut wanted = Vec::new();
        let own = self
            .0
            .iter()
            .enumerate()
            .map(|(view, signs)| (view, *signs));
        let in_whole = self.0.iter().skip(1).map(|signs| (0, *signs));
        let whole = self.0[0];
        let of_whole = (1..VIEWS.len()).map(|view| (view, whole));
        for (view, signs) in own.chain(in_whole).chain(of_whole) {
            for band in 0..BANDS {
                let value = cut(signs, band);
                wanted.push(name(view, band, value));
                for bit in 0..BAND_BITS {
                    wanted.push(name(view, band, value ^ (1 << bit)));
                }
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }
}

fn cut(signs: u64, band: u32) -> u16 {
    (signs >> (band * BAND_BITS)) as u16
}

fn name(view: usize, band: u32, value: u16) -> String {
    format!("{view}{band}{value:04x}")
}

/// The signs of the 64 slowest waves of a view.
fn signs(waves: &[[f64; CELLS]; WAVES], means: &[f64]) -> u64 {
    // First along the rows, then along the columns.
    let rows: Vec<[f64; WAVES]> = means
        .chunks_exact(CELLS)
        .map(|row| waves.map(|wave| wave.iter().zip(row).map(|(a, b)| a * b).sum()))
        .collect();
    let mut signs = 0;
    let mut bit = 0;
    for sum in 1..WAVES {
        for across in 0..=sum {
            if bit == 64 {
                return signs;
            }
            let down = &waves[sum - across];
            let strength: f64 = rows.iter().zip(down).map(|(row, b)| row[across] * b).sum();
            signs |= u64::from(strength > 0.0) << bit;
            bit += 1;
        }
    }
    signs
}

/// `cos((2x + 1) u π / 64)` for each wave u and cell x, by the rule for multiples of an angle: the same
/// on every machine.
fn waves() -> [[f64; CELLS]; WAVES] {
    // cos(π / 64)
    const FIRST: f64 = 0.998_795_456_205_172_4;
    // Of all multiples of π / 64: cos(k a) = 2 cos(a) cos((k - 1) a) - cos((k - 2) a).
    let mut cosines = [1.0; 128];
    cosines[1] = FIRST;
    for k in 2..cosines.len() {
        cosines[k] = 2.0 * FIRST * cosines[k - 1] - cosines[k - 2];
    }
    std::array::from_fn(|wave| {
        std::array::from_fn(|cell| cosines[((2 * cell + 1) * wave) % cosines.len()])
    })
}

impl std::fmt::Display for Likeness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0
            .iter()
            .try_for_each(|signs| write!(f, "{signs:016x}"))
    }
}

impl std::str::FromStr for Likeness {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "no likeness";
        if text.len() != VIEWS.len() * 16 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        let mut views = [0; VIEWS.len()];
        for (at, view) in views.iter_mut().enumerate() {
            let digits = text.get(at * 16..(at + 1) * 16).ok_or(WRONG)?;
            *view = u64::from_str_radix(digits, 16).map_err(|_| WRONG)?;
        }
        Ok(Self(views))
    }
}

impl Serialize for Likeness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Likeness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something with large and small things in it, as bright as asked for.
    fn scene(number: usize, bright: f64, part: [f64; 4]) -> Gray {
        let [left, top, right, bottom] = part;
        let light = |x: f64, y: f64| {
            let mut sum = 128.0;
            for wave in 1..9 {
                let turn = ((number * 31 + wave * 17) % 29) as f64;
                let (fx, fy) = ((wave * (number + 3)) % 7, (wave * (number + 5)) % 5);
                sum +=
                    90.0 / wave as f64 * (fx as f64 * x * 6.3 + fy as f64 * y * 6.3 + turn).sin();
            }
            (sum * bright).clamp(0.0, 255.0) as u8
        };
        let pixels = (0..320 * 240).map(|at| {
            let (x, y) = (f64::from(at % 320) / 320.0, f64::from(at / 320) / 240.0);
            light(left + (right - left) * x, top + (bottom - top) * y)
        });
        Gray::new(320, 240, pixels.collect()).expect("a picture")
    }

    const WHOLE: [f64; 4] = [0.0, 0.0, 1.0, 1.0];

    fn of(number: usize, bright: f64, part: [f64; 4]) -> Likeness {
        Likeness::of(&scene(number, bright, part)).expect("a likeness")
    }

    #[test]
    fn a_cut_or_dimmed_photo_is_near_and_others_are_not() {
        let photo = of(1, 1.0, WHOLE);
        for changed in [
            of(1, 0.7, WHOLE),
            of(1, 1.0, [0.05, 0.05, 0.95, 0.95]),
            of(1, 0.8, [0.0, 0.0, 1.0, 0.85]),
            of(1, 1.0, [0.13, 0.0, 1.0, 1.0]),
        ] {
            assert!(changed.is_near(&photo), "{}", changed.distance(&photo));
        }
        for other in 2..20 {
            assert!(!of(other, 1.0, WHOLE).is_near(&photo), "{other}");
        }
    }

    #[test]
    fn distance_is_the_same_from_both_sides() {
        let (one, other) = (of(3, 1.0, WHOLE), of(3, 1.0, [0.1, 0.0, 1.0, 0.9]));
        assert_eq!(one.distance(&other), other.distance(&one));
        assert_eq!(one.distance(&one), 0);
    }

    #[test]
    fn a_larger_picture_of_the_same_has_the_same_likeness() {
        let small = scene(4, 1.0, WHOLE);
        let pixels = (0..960 * 720).map(|at| small.pixels()[at / 960 / 3 * 320 + at % 960 / 3]);
        let large = Gray::new(960, 720, pixels.collect())
            .expect("a picture")
            .reduced();
        let distance = Likeness::of(&large)
            .expect("a likeness")
            .distance(&of(4, 1.0, WHOLE));
        assert_eq!(distance, 0);
    }

    #[test]
    fn an_even_picture_has_none() {
        for (width, height) in [(1, 1), (320, 240), (3, 999)] {
            let even = Gray::new(width, height, vec![77; width * height]).expect("a picture");
            assert_eq!(Likeness::of(&even), None);
        }
    }

    #[test]
    fn up_to_seven_turned_signs_of_any_pair_of_views_are_found_by_a_band() {
        let kept = of(5, 1.0, WHOLE);
        let names = kept.bands();
        assert_eq!(names.len(), VIEWS.len() * BANDS as usize);
        for (mine, theirs) in [(0, 0), (3, 3), (0, 2), (6, 0)] {
            // Two turned signs in three bands, one in the last: the worst case.
            let mut views = [0; VIEWS.len()];
            views[mine] = kept.0[theirs] ^ 0x0001_8001_0101_0110;
            let asked = Likeness(views);
            assert_eq!((asked.0[mine] ^ kept.0[theirs]).count_ones(), 7);
            assert!(
                asked.wanted().iter().any(|name| names.contains(name)),
                "{mine} {theirs}"
            );
        }
    }

    #[test]
    fn its_text_reads_back_and_other_texts_do_not() {
        let likeness = of(6, 1.0, WHOLE);
        let text = likeness.to_string();
        assert_eq!(text.parse(), Ok(likeness));
        let json = serde_json::to_string(&likeness).expect("JSON");
        assert_eq!(serde_json::from_str::<Likeness>(&json).ok(), Some(likeness));
        for wrong in [
            "",
            "0",
            &text[1..],
            &text.replace(|_: char| true, "g"),
            &"é".repeat(64),
        ] {
            assert!(wrong.parse::<Likeness>().is_err(), "{wrong}");
        }
    }
}
