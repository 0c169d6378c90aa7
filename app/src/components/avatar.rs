//! A person as initials on a color of their own; never a photo.

use leptos::prelude::*;

/// The last two characters of a Chinese name, the initials of another. Decorative: put the name
/// beside it.
#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    let tone = name.chars().fold(0_u32, |sum, c| {
        sum.wrapping_mul(31).wrapping_add(u32::from(c))
    }) % 6;
    view! { <span class=format!("avatar avatar-{tone}") aria-hidden="true">{initials(&name)}</span> }
        .into_any()
}

fn initials(name: &str) -> String {
    if name.is_ascii() {
        let words = name
            .split_whitespace()
            .filter_map(|word| word.chars().next());
        words.take(2).collect::<String>().to_ascii_uppercase()
    } else {
        let letters: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
        letters
            .iter()
            .skip(letters.len().saturating_sub(2))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn a_chinese_name_shows_its_last_two_characters() {
        assert_eq!(initials("欧阳明月"), "明月");
        assert_eq!(initials("王芳"), "王芳");
    }

    #[test]
    fn another_name_shows_its_initials() {
        assert_eq!(initials("ada lovelace"), "AL");
        assert_eq!(initials(""), "");
    }
}
