//! What a person typed into a page of the server before the app was there: a slow phone must not
//! take the words away when the app draws the same page anew.

use wasm_bindgen::JsCast;
use web_sys::{Event, EventInit, HtmlElement, HtmlInputElement, window};

pub struct Typed {
    fields: Vec<Field>,
    /// The id of the element that had the focus.
    focus: Option<String>,
}

struct Field {
    id: String,
    value: String,
    checked: bool,
}

impl Typed {
    pub fn read(body: &HtmlElement) -> Self {
        let mut fields = Vec::new();
        if let Ok(inputs) = body.query_selector_all("input[id]") {
            for index in 0..inputs.length() {
                let Some(input) = inputs
                    .get(index)
                    .and_then(|node| node.dyn_into::<HtmlInputElement>().ok())
                else {
                    continue;
                };
                let changed = input.value() != input.default_value()
                    || input.checked() != input.default_checked();
                if changed {
                    fields.push(Field {
                        id: input.id(),
                        value: input.value(),
                        checked: input.checked(),
                    });
                }
            }
        }
        let focus = window()
            .and_then(|window| window.document())
            .and_then(|document| document.active_element())
            .map(|element| element.id())
            .filter(|id| !id.is_empty());
        Self { fields, focus }
    }

    pub fn put_back(self) {
        let Some(document) = window().and_then(|window| window.document()) else {
            return;
        };
        for field in self.fields {
            let Some(input) = document
                .get_element_by_id(&field.id)
                .and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
            else {
                continue;
            };
            input.set_value(&field.value);
            input.set_checked(field.checked);
            // For whatever follows the field.
            let init = EventInit::new();
            init.set_bubbles(true);
            for name in ["input", "change"] {
                if let Ok(event) = Event::new_with_event_init_dict(name, &init) {
                    let _ = input.dispatch_event(&event);
                }
            }
        }
        if let Some(element) = self
            .focus
            .and_then(|id| document.get_element_by_id(&id))
            .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        {
            let _ = element.focus();
        }
    }
}
