//! What the office may write about premises.

use domain::{
    Text,
    api::premises::PremisesInput,
    areas::premises::{Premises, half_width, is_credit_code},
};

use crate::{Error, Result, validate};

/// Longest texts, in characters.
const NAME: usize = 100;
const ADDRESS: usize = 200;
const NUMBER: usize = 60;
const NOTE: usize = 500;

/// Why a field isn't taken in.
pub struct Wrong {
    pub field: &'static str,
    pub message: Text,
}

/// The input as it is kept: full-width letters and digits made plain, codes in capitals.
pub fn tidy(input: PremisesInput) -> PremisesInput {
    let number = |text: &str| -> String {
        half_width(text)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect()
    };
    PremisesInput {
        name: one_line(&input.name),
        kind: input.kind,
        address: one_line(&input.address),
        phone: number(&input.phone),
        credit_code: number(&input.credit_code).to_uppercase(),
        official_no: half_width(&input.official_no),
        note: input.note.trim().to_owned(),
        active: input.active,
    }
}

/// A cell may hold lines; a name is one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All that is wrong with a tidied input.
pub fn wrong(input: &PremisesInput) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut add = |field, zh: String, en: String| {
        wrong.push(Wrong {
            field,
            message: Text::new(zh, en),
        });
    };
    if input.name.chars().count() < 2 {
        add(
            "name",
            "没有单位名称".to_owned(),
            "The name is missing".to_owned(),
        );
    }
    let texts: [(&'static str, &str, usize, (&str, &str)); 5] = [
        ("name", &input.name, NAME, ("名称", "name")),
        ("address", &input.address, ADDRESS, ("地址", "address")),
        ("phone", &input.phone, NUMBER, ("电话", "phone number")),
        (
            "official_no",
            &input.official_no,
            NUMBER,
            ("许可证号", "official number"),
        ),
        ("note", &input.note, NOTE, ("备注", "note")),
    ];
    for (field, text, limit, (zh, en)) in texts {
        if text.chars().count() > limit {
            add(
                field,
                format!("{zh}最多 {limit} 个字符，请缩短"),
                format!("The {en} has {limit} characters at most. Please shorten it"),
            );
        } else if validate::prose(field, text).is_err() {
            add(
                field,
                format!("{zh}含有无法保存的字符，请重新输入"),
                format!("The {en} has a character that can't be kept. Please type it again"),
            );
        }
    }
    if !input.phone.is_empty() && !is_phone(&input.phone) {
        add(
            "phone",
            "电话应为手机号或带区号的座机号".to_owned(),
            "A mobile number, or a landline with its area code".to_owned(),
        );
    }
    if !input.credit_code.is_empty() && !is_credit_code(&input.credit_code) {
        add(
            "credit_code",
            "统一社会信用代码不对：应为 18 位，且校验位要相符，请对照执照核对".to_owned(),
            "This is no unified social credit code: 18 characters, of which the last one checks the others. Please compare it with the license".to_owned(),
        );
    }
    wrong
}

/// Refuses the first thing that is wrong.
pub(super) fn check(input: &PremisesInput) -> Result<()> {
    match wrong(input).into_iter().next() {
        None => Ok(()),
        Some(Wrong { field, message }) => Err(Error::invalid(field, message.zh, message.en)),
    }
}

/// Digits of a mobile number (`^1[3-9]\d{9}$`) or of a landline: 7 to 12, with an area code or not.
fn is_phone(text: &str) -> bool {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '-' | '(' | ')' | '+'))
        .collect();
    (7..=13).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The premises with the input's content, one revision on.
pub fn apply(id: domain::PremisesId, seen: i64, input: PremisesInput) -> Premises {
    Premises {
        id,
        revision: seen + 1,
        name: input.name,
        kind: input.kind,
        address: input.address,
        phone: input.phone,
        credit_code: input.credit_code,
        official_no: input.official_no,
        note: input.note,
        active: input.active,
    }
}

#[cfg(test)]
mod tests {
    use domain::areas::premises::PremisesKind;

    use super::*;

    fn input() -> PremisesInput {
        PremisesInput {
            name: "桂花旅馆".to_owned(),
            kind: PremisesKind::SmallHotel,
            address: "桂花路 1 号".to_owned(),
            phone: String::new(),
            credit_code: String::new(),
            official_no: String::new(),
            note: String::new(),
            active: true,
        }
    }

    #[test]
    fn what_excel_made_of_it_is_put_right() {
        let kept = tidy(PremisesInput {
            name: " 桂花\n旅馆 ".to_owned(),
            phone: "１３８ １２３４ ５６７８".to_owned(),
            credit_code: "９１３５０１００ｍ０００１００ｙ４３".to_owned(),
            ..input()
        });
        assert_eq!(kept.name, "桂花 旅馆");
        assert_eq!(kept.phone, "13812345678");
        assert_eq!(kept.credit_code, "91350100M000100Y43");
        assert!(wrong(&kept).is_empty());
    }

    #[test]
    fn each_bad_field_is_named() {
        type Spoil = fn(&mut PremisesInput);
        let cases: [(&str, Spoil); 6] = [
            ("name", |it| it.name = "一".to_owned()),
            ("name", |it| it.name = "字".repeat(101)),
            ("address", |it| it.address = "a\0b".to_owned()),
            ("phone", |it| it.phone = "张三".to_owned()),
            ("credit_code", |it| {
                it.credit_code = "91350100M000100Y44".to_owned();
            }),
            ("note", |it| it.note = "长".repeat(501)),
        ];
        for (field, spoil) in cases {
            let mut input = input();
            spoil(&mut input);
            let fields: Vec<&str> = wrong(&input).iter().map(|it| it.field).collect();
            assert_eq!(fields, [field]);
        }
    }
}
