//! One item with everything that proves it: photos, records, files, activities; what an assessor would
//! refuse is marked, what is there twice stands side by side.

use std::sync::Arc;

use domain::{
    EvidenceId, Lang,
    api::evidence::{Doubt, EvidenceChange, ItemDetail, Piece, Twin, What},
    areas::attachments::PhotoSource,
    photos::Resemblance,
};
use icondata_lu as lu;
use leptos::prelude::*;

use super::{PATH, Years};
use crate::{
    address,
    areas::evidence::words,
    components::{
        Tone,
        button::{Button, ButtonKind, IconButton, IconLink},
        dialog::ConfirmDialog,
        icon::Icon,
        page_header::PageHeader,
        photo::{Lightbox, Photo},
        status::{Badge, EmptyState},
        surface::{Fact, Facts, Section},
        toast::use_toasts,
    },
    i18n::{t, tf, tp, tx, use_format, use_lang},
    office::{Act, ActProblem, LoadProblem, Loading, Remote, Stale, use_act, use_remote},
    routing::{Go, Page},
};

#[component]
pub fn EvidenceItemPage(code: String) -> impl IntoView {
    let year = RwSignal::new(String::new());
    let escaped = address::escape(&code);
    let detail: Remote<ItemDetail> = use_remote(move || {
        let query = match year.get().as_str() {
            "" => String::new(),
            year => format!("?year={year}"),
        };
        Some(format!("{PATH}/items/{escaped}{query}"))
    });
    let title = move || {
        detail
            .get()
            .map_or_else(|| code.clone(), |it| format!("{} {}", code, it.group))
    };
    let body = move || match (detail.get(), detail.error()) {
        (Some(known), _) => view! { <Whole known detail/> }.into_any(),
        (None, Some(error)) => {
            view! { <LoadProblem error on_retry=move || detail.reload()/> }.into_any()
        }
        (None, None) => view! { <Loading/> }.into_any(),
    };
    let (previous, next) = (t("上一项", "Previous item"), t("下一项", "Next item"));
    let neighbors = move || {
        detail.get().map(|it| {
            let up = it.previous.clone().map(|code| {
                view! { <IconLink to=Page::EvidenceItem(code) icon=lu::LuChevronUp label=previous/> }
            });
            let down = it.next.clone().map(|code| {
                view! { <IconLink to=Page::EvidenceItem(code) icon=lu::LuChevronDown label=next/> }
            });
            view! {
                {up}
                {down}
            }
        })
    };
    view! {
        <PageHeader title back=Page::Evidence>
            {neighbors}
            <Years
                years=Signal::derive(move || detail.get().map(|it| it.years.clone()).unwrap_or_default())
                value=Signal::derive(move || detail.get().map(|it| it.year))
                on_change=move |value| year.set(value)
            />
        </PageHeader>
        <div class="page page-wide evidence-page">
            <Stale
                error=Signal::derive(move || detail.get().and_then(|_| detail.error()))
                on_retry=move || detail.reload()
            />
            {body}
        </div>
    }
    .into_any()
}

/// What can be done to the lines.
#[derive(Clone, Copy)]
struct Acts {
    detail: Remote<ItemDetail>,
    act: Act,
    removing: RwSignal<Option<EvidenceId>>,
    opened: RwSignal<Option<usize>>,
}

#[component]
fn Whole(known: Arc<ItemDetail>, detail: Remote<ItemDetail>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let acts = Acts {
        detail,
        act: use_act(),
        removing: RwSignal::new(None),
        opened: RwSignal::new(None),
    };
    let item = known.item.clone();
    let (tone, name) = (
        words::progress_tone(item.progress),
        tp(words::progress_name(item.progress)),
    );
    let (rule, owner) = (t("评分办法", "Rule"), t("责任科室", "Department"));
    let how_often = t("频次", "How often");
    let frequency = tp(item.frequency.name());
    let needs = item
        .needs
        .iter()
        .cloned()
        .map(|need| {
            let tone = if need.missing() == 0 {
                Tone::Success
            } else {
                Tone::Warning
            };
            view! { <Badge tone label=move || words::need_text(lang.get(), &need)/> }
        })
        .collect_view();
    let photos: Vec<Photo> = known.pieces.iter().filter_map(photo).collect();
    let mut shown = 0;
    let pieces: Vec<AnyView> = known
        .pieces
        .iter()
        .map(|piece| {
            let index = matches!(piece.what, What::Photo { .. }).then(|| {
                shown += 1;
                shown - 1
            });
            view! { <OnePiece piece=piece.clone() index acts/> }.into_any()
        })
        .collect();
    let any = !pieces.is_empty();
    let material = t("材料", "Material");
    let (none, how) = (
        t("这一年还没有材料", "Nothing for this year yet"),
        t(
            "审核记录时在“可以佐证”里选这一项，记录和照片就归到这里；文件在“文件”页归档。",
            "Choose this item under “It proves” while reviewing a record: the record and its photos come here. Documents are filed on the page “Files”.",
        ),
    );
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
                    acts.detail.reload();
                }
            },
        );
    };
    view! {
        <div class="item-head">
            <p class="small muted">{known.project.clone()}</p>
            <h2 class="record-title">{item.title.clone()}</h2>
            <div class="cluster">
                <Badge tone label=name/>
                {needs}
            </div>
        </div>
        <Facts>
            <Fact label=owner>{item.owner.clone()}</Fact>
            <Fact label=how_often>{frequency}</Fact>
            <Fact label=rule>{tx(known.scoring.clone())}</Fact>
        </Facts>
        <ActProblem error=Signal::derive(move || acts.act.error())/>
        <Section title=material>
            {if any {
                view! { <ul class="pieces">{pieces}</ul> }.into_any()
            } else {
                view! { <EmptyState title=none text=how/> }.into_any()
            }}
        </Section>
        <Lightbox photos=Signal::stored(photos) index=acts.opened/>
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
fn OnePiece(piece: Piece, index: Option<usize>, acts: Acts) -> impl IntoView {
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
                    on:click=move |_| acts.opened.set(index)
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
                        acts.detail.reload();
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
