//! Premises (监管单位): the places that the team inspects, the four small trades (四小行业) and others.
//!
//! The office keeps the list; phones read it. Leaves out what was found there (`crate::visits`).

use serde::{Deserialize, Serialize};

use crate::ids::PremisesId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Premises {
    pub id: PremisesId,
    pub revision: i64,
    pub name: String,
    pub kind: PremisesKind,
    pub address: String,
    /// Mobile or landline; personal, so it never leaves in an export.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Unified social credit code (GB 32100), or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub credit_code: String,
    /// Number of the license or of the record in the state's system; nothing else of it is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub official_no: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Closed or moved away otherwise: kept for its history, no longer offered.
    pub active: bool,
}

/// The trade, which says which checklists fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PremisesKind {
    SmallHotel,
    HairBeauty,
    Bathhouse,
    Entertainment,
    Medical,
    School,
    Water,
    Other,
}

impl PremisesKind {
    pub const ALL: [Self; 8] = [
        Self::SmallHotel,
        Self::HairBeauty,
        Self::Bathhouse,
        Self::Entertainment,
        Self::Medical,
        Self::School,
        Self::Water,
        Self::Other,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmallHotel => "small_hotel",
            Self::HairBeauty => "hair_beauty",
            Self::Bathhouse => "bathhouse",
            Self::Entertainment => "entertainment",
            Self::Medical => "medical",
            Self::School => "school",
            Self::Water => "water",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::SmallHotel => ("小旅馆", "Small hotel"),
            Self::HairBeauty => ("小美容美发", "Hair and beauty"),
            Self::Bathhouse => ("小浴室", "Bathhouse"),
            Self::Entertainment => ("小歌舞娱乐（网吧）", "Entertainment"),
            Self::Medical => ("医疗机构", "Medical"),
            Self::School => ("学校", "School"),
            Self::Water => ("二次供水", "Water supply"),
            Self::Other => ("其他", "Other"),
        }
    }

    /// The built-in checklist made for it; any place can also be inspected with the others.
    pub fn checklist(self) -> Option<&'static str> {
        Some(match self {
            Self::SmallHotel => "small_hotel",
            Self::HairBeauty => "hair_beauty",
            Self::Bathhouse => "bathhouse",
            Self::Entertainment => "entertainment",
            Self::Medical => "medical_epidemic",
            Self::School => "school_health",
            Self::Water => "secondary_water",
            Self::Other => return None,
        })
    }

    /// The trade that somebody means by a word in a table, such as `旅馆业` or `Small hotel`.
    pub fn guess(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let named = Self::ALL.into_iter().find(|kind| {
            let (zh, en) = kind.name();
            word == kind.as_str() || word == zh || word == en.to_lowercase()
        });
        let hints: [(&str, Self); 22] = [
            ("旅馆", Self::SmallHotel),
            ("旅店", Self::SmallHotel),
            ("宾馆", Self::SmallHotel),
            ("民宿", Self::SmallHotel),
            ("住宿", Self::SmallHotel),
            ("酒店", Self::SmallHotel),
            ("hotel", Self::SmallHotel),
            ("美容", Self::HairBeauty),
            ("美发", Self::HairBeauty),
            ("理发", Self::HairBeauty),
            ("hair", Self::HairBeauty),
            ("浴", Self::Bathhouse),
            ("足浴", Self::Bathhouse),
            ("歌舞", Self::Entertainment),
            ("娱乐", Self::Entertainment),
            ("网吧", Self::Entertainment),
            ("ktv", Self::Entertainment),
            ("医", Self::Medical),
            ("诊所", Self::Medical),
            ("卫生院", Self::Medical),
            ("学校", Self::School),
            ("供水", Self::Water),
        ];
        named.or_else(|| {
            let hint = hints.iter().find(|(hint, _)| word.contains(hint));
            hint.map(|(_, kind)| *kind)
        })
    }
}

/// The characters of a unified social credit code, in the order of their values (GB 32100-2015).
const CODE_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether it is a unified social credit code: 18 characters, the last one right (GB 32100-2015: the
/// weights are powers of 3 modulo 31).
pub fn is_credit_code(text: &str) -> bool {
    let mut values = Vec::with_capacity(18);
    for byte in text.bytes() {
        match CODE_ALPHABET.iter().position(|known| *known == byte) {
            Some(value) => values.push(value),
            None => return false,
        }
    }
    let Some((last, first)) = values.split_last().filter(|_| values.len() == 18) else {
        return false;
    };
    let mut weight = 1;
    let mut sum = 0;
    for value in first {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == *last
}

/// Full-width letters, digits and signs as the keyboard's own, blanks at the ends cut off: what offices
/// type into Excel.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' | '\u{a0}' | '\u{feff}' | '\u{200b}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars()
        .map(narrow)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_code_with_a_wrong_character_is_none() {
        // A real one, of a public company.
        assert!(is_credit_code("91350100M000100Y43"));
        for bad in [
            "91350100M000100Y44",
            "91350100M000100Y4",
            "91350100M000100Y430",
            "91350100m000100Y43",
            "9135O100M000100Y43",
            "",
            "统一社会信用代码统一社会信用代码统一",
        ] {
            assert!(!is_credit_code(bad), "{bad}");
        }
    }

    #[test]
    fn swapped_neighbors_are_noticed() {
        assert!(!is_credit_code("91530100M000100Y43"));
    }

    #[test]
    fn a_kind_is_known_by_its_name_or_by_what_offices_call_it() {
        for kind in PremisesKind::ALL {
            let (zh, en) = kind.name();
            assert_eq!(PremisesKind::guess(zh), Some(kind));
            assert_eq!(PremisesKind::guess(en), Some(kind));
            assert_eq!(PremisesKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(
            PremisesKind::guess("住宿业（民宿）"),
            Some(PremisesKind::SmallHotel)
        );
        assert_eq!(
            PremisesKind::guess("理发店"),
            Some(PremisesKind::HairBeauty)
        );
        assert_eq!(PremisesKind::guess("超市"), None);
        assert_eq!(PremisesKind::guess(""), None);
    }

    #[test]
    fn full_width_text_becomes_plain() {
        assert_eq!(half_width("　９１３５０１００Ｍ　"), "91350100M");
        assert_eq!(half_width("\u{feff}（东）门"), "(东)门");
    }
}
