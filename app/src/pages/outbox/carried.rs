//! The files that this phone carries for colleagues.

use icondata_lu as lu;
use leptos::prelude::*;
use sync::CarriedFile;

use crate::{
    areas::rescue::{remarks, summary},
    components::{
        Tone,
        surface::{List, ListRow, Section},
    },
    device::Device,
    i18n::Format,
};

pub fn carried(device: Device, f: Format) -> Option<AnyView> {
    let files = device.carried()?;
    if files.is_empty() {
        return None;
    }
    let title = f.lang().pick("替同事带的文件", "Carried for colleagues");
    let rows: Vec<AnyView> = files.iter().map(|file| line(f, file)).collect();
    Some(view! { <Section title><List>{rows}</List></Section> }.into_any())
}

fn line(f: Format, file: &CarriedFile) -> AnyView {
    let lang = f.lang();
    let (since, size) = (f.ago(file.since), f.bytes(file.size));
    if let Some(report) = &file.report {
        let name = report.name.clone();
        let title = lang.pick(
            format!("{name}的文件已送达"),
            format!("{name}’s file was handed in"),
        );
        let mut text = vec![summary(lang, report)];
        text.extend(remarks(lang, report));
        return view! {
            <ListRow title text=text.join(lang.pick("；", "; ")) icon=lu::LuCheck tone=Tone::Success/>
        }
        .into_any();
    }
    let trouble = file.last_error.as_ref().map(|error| error.get(lang));
    let (title, tone) = if file.refused {
        (
            lang.pick(
                "没能送达，请交给办公室",
                "It can’t be handed in. Give it to the office",
            ),
            Tone::Warning,
        )
    } else {
        (
            lang.pick("等待送达，联网后自动上传", "Waits to be handed in"),
            Tone::Info,
        )
    };
    let text = match trouble {
        Some(trouble) => format!("{since} · {size} · {trouble}"),
        None => format!("{since} · {size}"),
    };
    view! { <ListRow title text icon=lu::LuFileLock tone/> }.into_any()
}
