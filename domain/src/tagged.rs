//! Enums whose JSON carries a tag, read through one kind of reader.
//!
//! A reader that serde derives for a tagged enum buffers the content and reads it by a reader of its
//! own, so that each type inside is compiled two or three times, and the client bears the bytes.
//! Here content that follows its tag, as it does in all that is written here, is read where it stands.
//! Otherwise it stays text, and is read as any other.

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
                    $crate::tagged!(@read deserializer $name $tag $($content)?)
                }
            }
        };
    };
    (@read $deserializer:ident $name:ident $tag:literal) => {{
        let raw = $crate::tagged::raw($deserializer)?;
        $crate::tagged::Tagged::find(&raw, $tag)
            .and_then(|tagged| Untagged::deserialize(tagged))
            .map_err(serde::de::Error::custom)
    }};
    (@read $deserializer:ident $name:ident $tag:literal $content:literal) => {{
        struct Reader;

        impl<'de> serde::de::Visitor<'de> for Reader {
            type Value = $name;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!("an object with the field `", $tag, "`"))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<$name, A::Error> {
                use $crate::tagged::{Begun, begin};
                match begin(&mut map, [$tag, $content])? {
                    Begun::Tag(following) => Untagged::deserialize(following),
                    Begun::Turned(text) => {
                        $crate::json::read(&text).map_err(serde::de::Error::custom)
                    }
                }
            }
        }

        $deserializer.deserialize_map(Reader)
    }};
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

/// A tag and the text beside it: to serde, an enum without a tag.
pub struct Tagged<'a> {
    tag: Cow<'a, str>,
    text: &'a str,
}

impl<'a> Tagged<'a> {
    pub fn find(raw: &'a RawValue, tag: &'static str) -> Result<Self, Error> {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        Ok(Self {
            tag: (&mut reader).deserialize_map(Finder(tag))?,
            text: raw.get(),
        })
    }
}

struct Finder(&'static str);

/// Borrowed where it can be.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for Finder {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an object with the field `{}`", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut tag = None;
        while let Some(Name(key)) = map.next_key()? {
            if key == self.0 {
                let Name(value) = map.next_value()?;
                if tag.replace(value).is_some() {
                    return Err(A::Error::duplicate_field(self.0));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        tag.ok_or_else(|| A::Error::missing_field(self.0))
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
        Ok((seed.deserialize(tag)?, Content(self.text)))
    }
}

/// The text of what a tag inside it tells apart.
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

/// What stands first of a tag and its content.
pub enum Begun<'m, 'de, A> {
    Tag(Following<'m, 'de, A>),
    /// The content: the same as text with the tag first.
    Turned(String),
}

/// Reads as far as the tag; `names` are the tag's field and the content's.
pub fn begin<'m, 'de, A: MapAccess<'de>>(
    map: &'m mut A,
    names: [&'static str; 2],
) -> Result<Begun<'m, 'de, A>, A::Error> {
    let mut content: Option<Box<RawValue>> = None;
    while let Some(Name(key)) = map.next_key()? {
        if key == names[0] {
            let Name(tag) = map.next_value()?;
            let Some(content) = content else {
                return Ok(Begun::Tag(Following { tag, map, names }));
            };
            end(map, names)?;
            let tag = serde_json::to_string(&tag).map_err(A::Error::custom)?;
            let [name, inside] = names;
            let turned = format!(r#"{{"{name}":{tag},"{inside}":{content}}}"#);
            return Ok(Begun::Turned(turned));
        } else if key == names[1] {
            let found: Box<RawValue> = map.next_value()?;
            if is_too_deep(found.get()) {
                return Err(A::Error::custom("nested too deeply"));
            }
            if content.replace(found).is_some() {
                return Err(A::Error::duplicate_field(names[1]));
            }
        } else {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Err(A::Error::missing_field(names[0]))
}

/// Reads what follows tag and content: neither of them once more.
fn end<'de, A: MapAccess<'de>>(map: &mut A, names: [&'static str; 2]) -> Result<(), A::Error> {
    while let Some(Name(key)) = map.next_key()? {
        if let Some(name) = names.into_iter().find(|name| key == *name) {
            return Err(A::Error::duplicate_field(name));
        }
        map.next_value::<IgnoredAny>()?;
    }
    Ok(())
}

/// A tag that was read, with its content still to come: to serde, an enum without a tag.
pub struct Following<'m, 'de, A> {
    tag: Cow<'de, str>,
    map: &'m mut A,
    names: [&'static str; 2],
}

impl<'de, A: MapAccess<'de>> Following<'_, 'de, A> {
    fn content<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error> {
        self.find_content()?;
        let value = self.map.next_value_seed(seed)?;
        end(self.map, self.names)?;
        Ok(value)
    }

    /// Reads as far as the content; apart from it, so that it is compiled once and not for each type.
    fn find_content(&mut self) -> Result<(), A::Error> {
        let [tag, content] = self.names;
        while let Some(Name(key)) = self.map.next_key()? {
            if key == content {
                return Ok(());
            }
            if key == tag {
                return Err(A::Error::duplicate_field(tag));
            }
            self.map.next_value::<IgnoredAny>()?;
        }
        Err(A::Error::missing_field(content))
    }
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Following<'_, 'de, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Following<'_, 'de, A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), A::Error> {
        let tag: StrDeserializer<'_, A::Error> = self.tag.as_ref().into_deserializer();
        Ok((seed.deserialize(tag)?, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Following<'_, 'de, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        // A variant without fields has no content; what stands in its place says nothing.
        while let Some(Name(key)) = self.map.next_key()? {
            if key == self.names[0] {
                return Err(A::Error::duplicate_field(self.names[0]));
            }
            self.map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.content(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.content(List(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.content(Fields(fields, visitor))
    }
}

struct List<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for List<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_seq(self.0)
    }
}

struct Fields<V>(&'static [&'static str], V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_struct("", self.0, self.1)
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
    fn content_before_its_tag_reads_the_same_at_any_depth() {
        let first = nested(20);
        let last = (0..20).fold(r#"{"type":"acknowledged"}"#.to_owned(), |inner, _| {
            format!(r#"{{"value":[{{"a":{inner}}}],"more":[1],"type":"repeat"}}"#)
        });
        let read = |text: &str| serde_json::from_str::<Answer>(text).expect("an answer");
        assert_eq!(read(&first), read(&last));
        let twice = r#"{"value":"a","type":"text","value":"b"}"#;
        assert!(serde_json::from_str::<Answer>(twice).is_err());
    }

    #[test]
    fn brackets_within_a_text_are_not_nesting() {
        let text = "[{".repeat(300);
        let json = serde_json::json!({"type": "text", "value": format!("\"\\{text}")});
        let answer: Answer = serde_json::from_value(json).expect("an answer");
        assert_eq!(answer, Answer::Text(format!("\"\\{text}")));
    }
}
