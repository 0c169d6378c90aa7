//! What stands at an item: photos, records, files, activities, a page at a time; what an assessor would
//! refuse is marked, what is there twice stands side by side.

use std::sync::Arc;

use domain::{
    EvidenceId, Lang,
    api::evidence::{Doubt, EvidenceChange, ItemDetail, Piece, PieceShow, Twin, What},
    areas::attachments::PhotoSource,
    photos::Resemblance,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::PATH;
use crate::{
    areas::evidence::words,
    components::{
        Tone,
        button::{Button, ButtonKind, IconButton},
        choice::{Choice, Segmented},
        dialog::ConfirmDialog,
        icon::Icon,
        photo::{Lightbox, Photo},
        status::{Art, Badge, EmptyState},
        surface::Section,
        toast::use_toasts,
    },
    i18n::{t, tf, use_format, use_lang},
    office::{Act, ActProblem, LoadProblem, Loading, Pages, ReadOn, Remote, Stale, use_act},
    routing::{Go, Page},
};

/// What can be done to the lines.
#[derive(Clone, Copy)]
struct Acts {
    detail: Remote<ItemDetail>,
    pieces: Pages<Piece>,
    act: Act,
    removing: RwSignal<Option<EvidenceId>>,
    opened: RwSignal<Option<usize>>,
}

impl Acts {
    fn reload(self) {
        self.detail.reload();
        self.pieces.reload();
    }
}

/// What stands there, what was filed last first.
#[component]
pub(super) fn Material(
    detail: Remote<ItemDetail>,
    pieces: Pages<Piece>,
    show: RwSignal<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    let acts = Acts {
        detail,
        pieces,
        act: use_act(),
        removing: RwSignal::new(None),
        opened: RwSignal::new(None),
    };
    let photos = Memo::new(move |_| {
        let pieces = pieces.get().unwrap_or_default();
        pieces.iter().filter_map(photo).collect::<Vec<Photo>>()
    });
    let material = t("材料", "Material");
    let (none, how) = (
        t("这一年还没有材料", "Nothing for this year yet"),
        t(
            "审核记录时在“可以佐证”里选这一项，记录和照片就归到这里；文件在“文件”页归档。",
            "Choose this item under “It proves” while reviewing a record: the record and its photos come here. Documents are filed on the page “Files”.",
        ),
    );
    let none_such = t("没有这样的材料", "Nothing of this kind");
    let (ask_title, ask_text, remove) = (
        t("从这一项移出？", "Take it out of this item?"),
        t(
            "只取消对应关系，记录、照片和文件都还在。",
            "Only the mapping goes; the record, photo or file stays.",
        ),
        t("移出", "Take out"),
    );
    let removed = t("已移出", "Taken out");
    let confirm = move |()| {
        let Some(id) = acts.removing.get_untracked() else {
            return;
        };
        acts.removing.set(None);
        acts.act.send(
            "DELETE",
            format!("{PATH}/{id}"),
            None::<&()>,
            None,
            move |answer| {
                if answer.is_ok() {
                    toasts.success(removed());
                    acts.reload();
                }
            },
        );
    };
    let list = move || match (pieces.get().map(|it| it.is_empty()), pieces.error()) {
        (Some(true), None) if show.read().is_empty() => {
            view! { <EmptyState title=none text=how/> }.into_any()
        }
        (Some(true), None) => view! { <EmptyState art=Art::Search title=none_such/> }.into_any(),
        (None, None) => view! { <Loading/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || pieces.reload()/> }.into_any()
        }
        _ => ().into_any(),
    };
    let some = move || {
        detail.get().map(|known| {
            view! { <WhichPieces known show/> }
        })
    };
    view! {
        <ActProblem error=Signal::derive(move || acts.act.error())/>
        <Section title=material>
            {some}
            <Stale
                error=Signal::derive(move || pieces.get().and_then(|_| pieces.error()))
                on_retry=move || pieces.reload()
            />
            {list}
            <ul class="pieces">
                <For
                    each=move || pieces.get().unwrap_or_default()
                    key=|piece| (piece.id, piece.year, piece.kind, piece.twins.len(), piece.counts())
                    let:piece
                >
                    <OnePiece piece photos acts/>
                </For>
            </ul>
            <ReadOn pages=pieces/>
        </Section>
        <Lightbox photos index=acts.opened/>
        <ConfirmDialog
            open=Signal::derive(move || acts.removing.read().is_some())
            on_close=move |()| acts.removing.set(None)
            title=ask_title
            text=ask_text
            confirm=remove
            danger=true
            on_confirm=confirm
        />
    }
    .into_any()
}

/// All, the doubtful or what doesn't count: only where there is some of it.
#[component]
fn WhichPieces(known: Arc<ItemDetail>, show: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let label = t("显示哪些材料", "Which material");
    let (pieces, doubtful, idle) = (known.item.pieces, known.item.doubtful, known.item.idle);
    let choices = Signal::derive(move || {
        let lang = lang.get();
        let all = pieces + idle;
        let mut choices = vec![Choice::new(
            "",
            lang.pick(format!("全部 {all}"), format!("All {all}")),
        )];
        if doubtful > 0 {
            choices.push(Choice::new(
                PieceShow::Doubtful.as_str(),
                lang.pick(format!("有疑问 {doubtful}"), format!("Doubtful {doubtful}")),
            ));
        }
        if idle > 0 {
            choices.push(Choice::new(
                PieceShow::Idle.as_str(),
                lang.pick(format!("不计入 {idle}"), format!("Not counted {idle}")),
            ));
        }
        choices
    });
    // Whoever looks at the last of a kind can go back.
    let any = doubtful > 0 || idle > 0 || !show.read_untracked().is_empty();
    any.then(|| {
        view! {
            <Segmented
                name="pieces"
                label
                choices
                value=show
                on_change=move |next: String| show.set(next)
            />
        }
    })
}

fn blob(sha256: &str) -> String {
    format!("/api/blobs/{sha256}")
}

fn photo(piece: &Piece) -> Option<Photo> {
    match &piece.what {
        What::Photo {
            photo, thumbnail, ..
        } => Some(Photo {
            id: piece.id.to_string(),
            thumbnail: blob(thumbnail),
            full: blob(photo),
            label: format!(
                "{} {}",
                piece.title,
                piece.dated_on.as_deref().unwrap_or_default()
            ),
            ..Photo::default()
        }),
        _ => None,
    }
}

#[component]
fn OnePiece(piece: Piece, photos: Memo<Vec<Photo>>, acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let f = use_format();
    let (id, kind) = (piece.id, piece.kind);
    let counts = piece.counts();
    let title = if piece.title.is_empty() {
        "—".to_owned()
    } else {
        piece.title.clone()
    };
    let open = t("看大图", "Look at it");
    let lead = match &piece.what {
        What::Photo { thumbnail, .. } => {
            let address = blob(thumbnail);
            view! {
                <button
                    type="button"
                    class="piece-photo"
                    aria-label=open
                    on:click=move |_| {
                        let own = id.to_string();
                        let at = photos.with_untracked(|it| it.iter().position(|it| it.id == own));
                        acts.opened.set(at);
                    }
                >
                    <img src=address alt="" loading="lazy" decoding="async"/>
                </button>
            }
            .into_any()
        }
        _ => view! {
            <span class="piece-icon">
                <Icon icon=words::kind_icon(kind)/>
            </span>
        }
        .into_any(),
    };
    let link = match &piece.what {
        What::Record { id, .. } => {
            view! { <Go to=Page::ReviewRecord(*id) class="piece-title">{title}</Go> }.into_any()
        }
        What::Photo { record, .. } => {
            view! { <Go to=Page::ReviewRecord(*record) class="piece-title">{title}</Go> }.into_any()
        }
        What::Activity { id } => {
            view! { <Go to=Page::OfficeActivity(*id) class="piece-title">{title}</Go> }.into_any()
        }
        What::File { id, .. } => {
            let address = format!("/api/office/files/{id}/content");
            view! { <a href=address class="piece-title" download="">{title}</a> }.into_any()
        }
        What::Gone => view! { <span class="piece-title">{title}</span> }.into_any(),
    };
    let album = matches!(
        piece.what,
        What::Photo {
            source: PhotoSource::Album,
            ..
        }
    )
    .then(|| {
        let label = t("相册照片", "Album photo");
        view! { <Badge tone=Tone::Info icon=lu::LuImages label/> }
    });
    let facts = {
        let (date, department, by) = (
            piece.dated_on.clone(),
            piece.department.clone(),
            piece.added_by.clone(),
        );
        let at = piece.added_at;
        move || {
            let lang = lang.get();
            let mut parts = vec![words::kind_name(lang, kind).to_owned()];
            parts.extend(date.clone());
            parts.extend(department.clone());
            parts.push(match lang {
                Lang::Zh => format!("{by} {} 归档", f.day(at)),
                Lang::En => format!("filed by {by}, {}", f.day(at)),
            });
            parts.join(" · ")
        }
    };
    let doubts = piece
        .doubts
        .iter()
        .cloned()
        .map(|doubt| {
            let tone = if doubt.excludes() {
                Tone::Neutral
            } else {
                Tone::Warning
            };
            view! { <Badge tone label=move || words::doubt_text(lang.get(), &doubt)/> }
        })
        .collect_view();
    let moved = piece.doubts.iter().find_map(|doubt| match doubt {
        Doubt::OtherYear { year } => Some(*year),
        _ => None,
    });
    let passage = piece.passage.clone();
    let right = moved.map(|to| {
        let label = tf(move |lang| match lang {
            Lang::Zh => format!("改归 {to} 年"),
            Lang::En => format!("File it for {to}"),
        });
        let passage = passage.clone();
        let put_right = move |()| {
            let change = EvidenceChange {
                kind,
                year: to,
                passage: passage.clone(),
            };
            acts.act.send(
                "PATCH",
                format!("{PATH}/{id}"),
                Some(&change),
                None,
                move |answer| {
                    if answer.is_ok() {
                        acts.reload();
                    }
                },
            );
        };
        view! {
            <Button small=true kind=ButtonKind::Secondary on_click=put_right>
                {label}
            </Button>
        }
    });
    let remove = t("从这一项移出", "Take it out of this item");
    let twins = (!piece.twins.is_empty()).then(|| {
        view! { <Twins piece=piece.clone()/> }
    });
    view! {
        <li class="piece" class:piece-idle=!counts>
            {lead}
            <div class="piece-body">
                {link}
                <p class="small muted">{facts}</p>
                {(!passage.is_empty()).then(|| view! { <blockquote class="piece-passage">{passage}</blockquote> })}
                <div class="cluster">
                    {doubts}
                    {album}
                    {right}
                </div>
                {twins}
            </div>
            <IconButton
                icon=lu::LuX
                label=remove
                on_click=move |()| acts.removing.set(Some(id))
            />
        </li>
    }
    .into_any()
}

/// The same photo or file, side by side.
#[component]
fn Twins(piece: Piece) -> impl IntoView {
    let lang = use_lang();
    let f = use_format();
    let is_photo = matches!(piece.what, What::Photo { .. });
    let own = match &piece.what {
        What::Photo { thumbnail, .. } => Some(blob(thumbnail)),
        _ => None,
    };
    let title = if is_photo {
        t("这张照片别处也有", "This photo is elsewhere too")
    } else {
        t(
            "同一份文件传过不止一次",
            "This file was uploaded more than once",
        )
    };
    let other = move |twin: Twin| {
        let (resemblance, at) = (twin.resemblance, twin.at);
        let said = move || {
            let lang = lang.get();
            let how = match resemblance {
                Resemblance::Same => lang.pick("完全相同", "the same"),
                Resemblance::NearlySame => lang.pick("几乎相同", "nearly the same"),
            };
            format!("{how} · {}", f.date(at))
        };
        let picture = (!twin.thumbnail.is_empty()).then(|| {
            let address = blob(&twin.thumbnail);
            view! { <img src=address alt="" loading="lazy" decoding="async"/> }
        });
        let name = match twin.record {
            Some(record) => {
                view! { <Go to=Page::ReviewRecord(record)>{twin.title}</Go> }.into_any()
            }
            None => view! { <span>{twin.title}</span> }.into_any(),
        };
        view! {
            <li class="twin">
                {picture}
                <span>{name} <span class="small muted">{said}</span></span>
            </li>
        }
    };
    let others = piece.twins.into_iter().map(other).collect_view();
    view! {
        <div class="twins">
            <p class="side-mark">
                <Icon icon=lu::LuCopy/>
                {title}
            </p>
            <ul class="twin-list">
                {own
                    .map(|address| {
                        let here = t("这一张", "this one");
                        view! {
                            <li class="twin">
                                <img src=address alt="" loading="lazy" decoding="async"/>
                                <span class="small muted">{here}</span>
                            </li>
                        }
                    })}
                {others}
            </ul>
        </div>
    }
    .into_any()
}
