//! Enums whose JSON carries a tag, read through one kind of reader.
//!
//! A reader that serde derives for a tagged enum buffers the content and reads it by a reader of its
//! own, so that each type inside is compiled two or three times, and the client bears the bytes.
//! Here the content stays text, and is read as any other.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error as _, IgnoredAny, IntoDeserializer, MapAccess,
        VariantAccess, Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, value::RawValue};

use crate::json::Reader;

/// How many objects and lists may stand inside each other, as for any JSON that `serde_json` reads.
/// Text that is read piece by piece would otherwise have no limit.
const DEPTH_LIMIT: usize = 128;

/// Declares an enum that is told apart by a tag: `tagged! { "Name", tag = "type"; enum Name { … } }`.
///
/// With `content`, a variant's fields are in the field of that name, else beside the tag. Variants
/// are named in `snake_case`.
#[macro_export]
macro_rules! tagged {
    (
        $itself:literal, tag = $tag:literal $(, content = $content:literal)?;
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident { $($variants:tt)* }
    ) => {
        $(#[$attribute])*
        #[derive(serde::Serialize)]
        #[serde(tag = $tag $(, content = $content)?, rename_all = "snake_case")]
        $visibility enum $name { $($variants)* }

        const _: () = {
            /// The same without a tag.
            #[derive(serde::Deserialize)]
            #[serde(remote = $itself, rename_all = "snake_case")]
            enum Untagged { $($variants)* }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<Self, D::Error> {
                    let content = [$($content)?];
                    let raw = $crate::tagged::raw(deserializer)?;
                    $crate::tagged::Tagged::find(&raw, $tag, content.first().copied())
                        .and_then(|tagged| Untagged::deserialize(tagged))
                        .map_err(serde::de::Error::custom)
                }
            }
        };
    };
}

/// A value's own text.
pub fn raw<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<RawValue>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    if is_too_deep(raw.get()) {
        return Err(D::Error::custom("nested too deeply"));
    }
    Ok(raw)
}

fn is_too_deep(json: &str) -> bool {
    // Nearly always settled by this, which is fast.
    let opening = json.bytes().filter(|byte| matches!(byte, b'{' | b'['));
    if opening.count() <= DEPTH_LIMIT {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_LIMIT {
            return true;
        }
    }
    false
}

/// A tag and the text of what it tells apart: to serde, an enum without a tag.
pub struct Tagged<'a> {
    tag: Cow<'a, str>,
    content: &'a str,
}

impl<'a> Tagged<'a> {
    pub fn find(
        raw: &'a RawValue,
        tag: &'static str,
        content: Option<&'static str>,
    ) -> Result<Self, Error> {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        let (found, inner) = (&mut reader).deserialize_map(Finder { tag, content })?;
        Ok(Self {
            tag: found,
            content: match content {
                // A variant without fields has none.
                Some(_) => inner.map_or("null", RawValue::get),
                None => raw.get(),
            },
        })
    }
}

struct Finder {
    tag: &'static str,
    content: Option<&'static str>,
}

/// Borrowed where it can be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for Finder {
    type Value = (Cow<'de, str>, Option<&'de RawValue>);

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an object with the field `{}`", self.tag)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut tag, mut content) = (None, None);
        while let Some(Name(key)) = map.next_key()? {
            if key == self.tag {
                let Name(value) = map.next_value()?;
                if tag.replace(value).is_some() {
                    return Err(A::Error::duplicate_field(self.tag));
                }
            } else if Some(&*key) == self.content {
                if content.replace(map.next_value()?).is_some() {
                    return Err(A::Error::custom("the content stands there twice"));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let tag = tag.ok_or_else(|| A::Error::missing_field(self.tag))?;
        Ok((tag, content))
    }
}

/// What comes of it owns all it has: the text doesn't outlive the reading.
impl<'de> Deserializer<'de> for Tagged<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Tagged<'de> {
    type Error = Error;
    type Variant = Content<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'de>), Error> {
        let tag: StrDeserializer<'_, Error> = self.tag.as_ref().into_deserializer();
        Ok((seed.deserialize(tag)?, Content(self.content)))
    }
}

/// The text of what a tag tells apart.
pub struct Content<'a>(&'a str);

impl<'a> Content<'a> {
    fn reader(&self) -> serde_json::Deserializer<serde_json::de::StrRead<'a>> {
        serde_json::Deserializer::from_str(self.0)
    }
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Reader(&mut self.reader()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        Reader(&mut self.reader()).deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Reader(&mut self.reader()).deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Outcome, Row, forms::Answer};

    fn nested(levels: usize) -> String {
        let mut answer = r#"{"type":"acknowledged"}"#.to_owned();
        for _ in 0..levels {
            answer = format!(r#"{{"type":"repeat","value":[{{"a":{answer}}}]}}"#);
        }
        answer
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused_instead_of_overflowing_the_stack() {
        assert!(serde_json::from_str::<Answer>(&nested(30)).is_ok());
        assert!(serde_json::from_str::<Answer>(&nested(100)).is_err());
        let outcome = r#"{"verdict":"duplicate","first":"#.repeat(100_000);
        assert!(serde_json::from_str::<Outcome>(&outcome).is_err());
        let closed = format!(
            r#"{outcome}{{"verdict":"retry","after_ms":1}}{}"#,
            "}".repeat(100_000)
        );
        assert!(serde_json::from_str::<Outcome>(&closed).is_err());
    }

    #[test]
    fn a_tag_that_stands_twice_or_not_at_all_is_refused() {
        for text in [
            r#"{"type":"text","type":"integer","value":1}"#,
            r#"{"type":"text","value":"a","value":"b"}"#,
            r#"{"value":"a"}"#,
            r#"{"type":"text"}"#,
            r#"{"type":7,"value":1}"#,
            r#""text""#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Answer>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Row>(r#"{"area":"dances","row":{}}"#).is_err());
    }

    #[test]
    fn brackets_within_a_text_are_not_nesting() {
        let text = "[{".repeat(300);
        let json = serde_json::json!({"type": "text", "value": format!("\"\\{text}")});
        let answer: Answer = serde_json::from_value(json).expect("an answer");
        assert_eq!(answer, Answer::Text(format!("\"\\{text}")));
    }
}
