//! Questions that a row brings with it: the text behind `or_other`, the photo of a failed line.
//!
//! They become questions like any other, so that nothing else has to know of them.

use super::{
    Errors, Place,
    references::{Use, note_uses},
};
use crate::{
    forms::{Choice, Expression, Kind, Question, Sensitivity, expression::with_current_named},
    text::Text,
};

/// The choice that `or_other` adds, as pyxform names it.
const OTHER: &str = "other";
/// Longest edge of the photo of a failed line, in pixels.
const MAX_PIXELS: u32 = 1600;

/// Adds the choice “other” and makes the question for what it means, as pyxform does.
pub(super) fn or_other<'a>(
    question: &mut Question,
    place: Place<'a>,
    uses: &mut Vec<Use<'a>>,
) -> Question {
    if let Some(choices) = question.kind.choices_mut()
        && !choices.iter().any(|choice| choice.name == OTHER)
    {
        choices.push(Choice {
            name: OTHER.to_owned(),
            label: Text::new("其他", "Other"),
            ..Choice::default()
        });
    }
    let name = format!("{}_other", question.name);
    let relevant = Expression::parse(&format!("selected(${{{}}}, '{OTHER}')", question.name)).ok();
    if let Some(relevant) = &relevant {
        note_uses(uses, place, Some(&name), relevant);
    }
    Question {
        label: Text::new("请写明其他", "Please say which other"),
        relevant,
        sensitivity: question.sensitivity,
        ..Question::blank(name, Kind::Text)
    }
}

/// Makes the question for the photo of a line that failed. `yes` means the answer `fail`, anything else
/// is an expression about the line's answer.
pub(super) fn photo_on_fail<'a>(
    question: &Question,
    cell: &str,
    place: Place<'a>,
    uses: &mut Vec<Use<'a>>,
    errors: &mut Errors,
) -> Option<Question> {
    let rule = match cell.to_lowercase().as_str() {
        "yes" | "true" | "是" => ". = 'fail'",
        "no" | "false" | "否" => return None,
        _ => cell,
    };
    // Parsed as written first: errors count the characters of the cell.
    errors.expression(place, rule)?;
    let named = with_current_named(rule, &question.name);
    let relevant = errors.expression(place, &named)?;
    let name = format!("{}_photo", question.name);
    note_uses(uses, place, Some(&name), &relevant);
    let label = &question.label;
    let english = if label.en.is_empty() {
        String::new()
    } else {
        format!("Photo of the problem: {}", label.en)
    };
    Some(Question {
        label: Text::new(format!("问题照片：{}", label.zh), english),
        hint: Some(Text::new(
            "这一项不合格，请拍照；不拍证件和人脸",
            "This line failed: please take a photo, without papers or faces.",
        )),
        relevant: Some(relevant),
        sensitivity: Sensitivity::Personal,
        evidence: Some("photo".to_owned()),
        max_pixels: Some(MAX_PIXELS),
        ..Question::blank(name, Kind::Image)
    })
}
