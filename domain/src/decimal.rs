//! Exact numbers with three decimals: points, percents, levels. Sums of points come out as on paper.

use std::{fmt, iter::Sum, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i64);

/// More than any standard's points; keeps sums and products far from overflow.
const LIMIT: i64 = 1_000_000_000;

impl Decimal {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(1_000);

    pub const fn whole(number: i64) -> Self {
        Self(number * 1_000)
    }

    /// Rounded half away from zero; `None` for what isn't a number or is over a million.
    pub fn from_f64(number: f64) -> Option<Self> {
        let thousandths = (number * 1_000.0).round();
        (thousandths.abs() <= LIMIT as f64).then_some(Self(thousandths as i64))
    }

    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// The product, rounded to the nearest thousandth.
    pub fn times(self, other: Self) -> Self {
        let product = i128::from(self.0) * i128::from(other.0);
        let half = if product < 0 { -500 } else { 500 };
        Self(((product + half) / 1_000) as i64)
    }

    /// So many times itself.
    pub fn times_whole(self, number: i64) -> Self {
        Self(self.0.saturating_mul(number))
    }

    /// The quotient, rounded down to the thousandth; `None` for a divisor of zero.
    pub fn over(self, divisor: Self) -> Option<Self> {
        (divisor.0 != 0).then(|| Self((i128::from(self.0) * 1_000 / i128::from(divisor.0)) as i64))
    }
}

impl std::ops::Add for Decimal {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Decimal {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| sum + number)
    }
}

/// As a person writes it: `1.5`, `12`, `-0.25`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDecimal;

impl FromStr for Decimal {
    type Err = NoDecimal;

    fn from_str(text: &str) -> Result<Self, NoDecimal> {
        let number: f64 = text.trim().parse().map_err(|_| NoDecimal)?;
        Self::from_f64(number).ok_or(NoDecimal)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            serializer.serialize_f64(self.to_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_f64(f64::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom("a number between -1,000,000 and 1,000,000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_tenths_is_exact() {
        let tenth: Decimal = "0.1".parse().expect("a number");
        assert_eq!((0..10).map(|_| tenth).sum::<Decimal>(), Decimal::ONE);
    }

    #[test]
    fn it_is_written_as_a_person_writes_it() {
        for text in ["12", "1.5", "0.25", "-0.05", "0", "100"] {
            let number: Decimal = text.parse().expect("a number");
            assert_eq!(number.to_string(), text);
            let json = serde_json::to_string(&number).expect("a number is JSON");
            assert_eq!(json, text);
            assert_eq!(serde_json::from_str::<Decimal>(&json).ok(), Some(number));
        }
        for text in ["", "ten", "NaN", "inf", "1e12"] {
            assert_eq!(text.parse::<Decimal>(), Err(NoDecimal), "{text}");
        }
    }

    #[test]
    fn a_share_of_points_is_rounded_to_thousandths() {
        assert_eq!(Decimal(1_500).times(Decimal(660)), Decimal(990));
        assert_eq!(
            Decimal::whole(2).over(Decimal::whole(3)),
            Some(Decimal(666))
        );
        assert_eq!(Decimal::ONE.over(Decimal::ZERO), None);
    }
}
