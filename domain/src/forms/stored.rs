//! A form as the text that it is kept and sent as, read when somebody needs its questions.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

use super::Form;
use crate::Text;

/// A form that is read on first use: a phone holds dozens and shows one. Clones share all of it.
#[derive(Clone, Debug)]
pub struct StoredForm {
    pub id: String,
    pub version: String,
    pub title: Text,
    json: Arc<RawValue>,
    form: Arc<OnceLock<Option<Form>>>,
}

/// What lists show.
#[derive(Deserialize)]
struct Head {
    id: String,
    version: String,
    title: Text,
}

impl StoredForm {
    /// Takes a form's JSON, such as the one that [`StoredForm::json`] gave.
    pub fn from_json(json: Box<RawValue>) -> serde_json::Result<Self> {
        let Head { id, version, title } = crate::json::read(json.get())?;
        Ok(Self {
            id,
            version,
            title,
            json: json.into(),
            form: Arc::default(),
        })
    }

    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// The form; `None` if its text is no form that this build can read.
    pub fn read(&self) -> Option<&Form> {
        let read = || crate::json::read(self.json.get()).ok();
        self.form.get_or_init(read).as_ref()
    }

    pub fn is(&self, id: &str, version: &str) -> bool {
        self.id == id && self.version == version
    }
}

impl TryFrom<Form> for StoredForm {
    type Error = serde_json::Error;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        Ok(Self {
            json: serde_json::value::to_raw_value(&form)?.into(),
            id: form.id.clone(),
            version: form.version.clone(),
            title: form.title.clone(),
            form: Arc::new(OnceLock::from(Some(form))),
        })
    }
}

impl PartialEq for StoredForm {
    fn eq(&self, other: &Self) -> bool {
        self.json.get() == other.json.get()
    }
}

impl Serialize for StoredForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(crate::tagged::raw(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = include_str!("../../../forms/field_note.md");

    #[test]
    fn a_form_comes_back_as_it_was() {
        let form = Form::from_markdown(FORM).expect("a form");
        let stored = StoredForm::try_from(form.clone()).expect("text");
        let text = serde_json::to_string(&stored).expect("text");
        assert_eq!(text, serde_json::to_string(&form).expect("text"));
        let back: StoredForm = serde_json::from_str(&text).expect("a form");
        assert_eq!(back, stored);
        assert!(back.is("field_note", &form.version));
        assert_eq!(back.read(), Some(&form));
    }

    #[test]
    fn what_this_build_cannot_read_still_has_a_name() {
        let text = r#"{"id":"later","version":"9","title":{"zh":"以后"},"nodes":"elsewhere"}"#;
        let stored: StoredForm = serde_json::from_str(text).expect("a name");
        assert_eq!((stored.id.as_str(), stored.read()), ("later", None));
        assert_eq!(serde_json::to_string(&stored).expect("text"), text);
    }
}
