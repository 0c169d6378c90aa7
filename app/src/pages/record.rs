//! One record of mine: its answers and photos, where it stands, and correcting it.
//!
//! Leaves out the office's history of it; that is read online on the office's pages.

use std::collections::BTreeMap;

use domain::{
    Area, Change, Lang, PremisesId, RecordRef, Row, SubmissionId, Text,
    areas::{
        attachments::{Attachment, PhotoSource},
        submissions::{FieldConflict, ReviewState, Submission, SubmissionChange},
    },
    forms::{Answer, Form, Kind, StoredForm, set_answer},
};
use icondata_lu as lu;
use leptos::{prelude::*, task::spawn_local};
use sync::NewOperation;

use crate::{
    areas::{
        sessions::guard::require_account,
        submissions::{
            attached::listed,
            conflict::ConflictCard,
            draft::correction,
            pictures::{Picture, use_addresses, use_pictures},
            state::{StateBadge, Unsent},
        },
    },
    components::{
        Tone,
        button::{Button, ButtonKind},
        files::{FileList, ListedFile},
        page_header::PageHeader,
        photo::{Lightbox, Photo, PhotoGrid},
        photo_stamp::{self, Stamped},
        status::{Banner, EmptyState, Skeleton},
        surface::{ActionBar, Card, Fact, Facts, Section},
        toast::use_toasts,
    },
    device::Device,
    i18n::{t, tf, tx, use_format, use_lang},
    routing::{Go, Page, use_go},
};

#[component]
pub fn RecordPage(id: SubmissionId) -> impl IntoView {
    require_account();
    let device = Device::get();
    let record = RecordRef::new(Area::Submissions, id);
    let loaded = Memo::new(move |_| device.rows(Area::Submissions).is_some());
    let found = Memo::new(move |_| {
        let local = device.row(record)?;
        match local.row {
            Row::Submissions(one) => Some((*one, local.pending, local.photos_pending)),
            _ => None,
        }
    });
    let (none, why) = (
        t("本机没有这条记录", "This record isn't on this phone"),
        t(
            "联网后会自动更新；也可以到记录列表看看。",
            "It may come when the phone is online; look in the list of records, too.",
        ),
    );
    let body = move || match found.get() {
        Some((submission, pending, photos)) => {
            view! { <Whole submission pending photos/> }.into_any()
        }
        None if loaded.get() => view! { <EmptyState title=none text=why/> }.into_any(),
        None => view! { <Skeleton/> }.into_any(),
    };
    view! {
        <PageHeader back=Page::Records/>
        {move || view! { <div class="page page-narrow">{body()}</div> }}
    }
    .into_any()
}

#[component]
fn Whole(submission: Submission, pending: bool, photos: usize) -> impl IntoView {
    let device = Device::get();
    let format = use_format();
    let at = submission.capture.occurred_at;
    let received = submission.received_at;
    let state = submission.state;
    let version = (submission.form_id.clone(), submission.form_version.clone());
    let form = Memo::new(move |_| device.form(&version.0, &version.1).flatten());
    let answered = submission.clone();
    let answers = move || Some(answers_view(form.get()?.read()?, &answered));
    let (mine, note) = (submission.author_id, submission.review_note.clone());
    let open = state.is_open();
    let title = submission.title.clone();
    let place = submission.premises_id.map(|id| premises(device, id));
    let disputed = (!submission.conflicts.is_empty()).then(|| {
        let submission = submission.clone();
        view! { <Conflicts submission form/> }
    });
    let returned = (state == ReviewState::Returned).then(|| {
        let words = t("办公室请您更正", "The office asks for a correction");
        view! { <Banner tone=Tone::Warning title=words><p class="record-text">{note}</p></Banner> }
    });
    let (happened, arrived, photo_title) = (
        t("发生时间", "When"),
        t("办公室收到", "Received"),
        t("照片", "Photos"),
    );
    let not_yet = t("还没有", "Not yet");
    let arrival = move || received.map_or_else(|| not_yet().to_owned(), |at| format.day_time(at));
    let id = submission.id;
    let correct = move || {
        let own = device.account().map(|account| account.person_id) == Some(mine);
        (own && open).then(|| view! { <Correct submission=submission.clone()/> })
    };
    view! {
        <div class="stack">
            <h2>{title}</h2>
            <div class="cluster"><StateBadge state/><Unsent pending photos/></div>
            {returned}
            {disputed}
            <Card>
                <Facts>
                    <Fact label=happened>{move || format.day_time(at)}</Fact>
                    <Fact label=arrived>{arrival}</Fact>
                    {place}
                </Facts>
            </Card>
            {answers}
            <Section title=photo_title><Photos id form/></Section>
            <Files id/>
        </div>
        {correct}
    }
    .into_any()
}

/// The premises that the record is about, with the way there.
fn premises(device: Device, id: PremisesId) -> AnyView {
    let label = t("监管单位", "Premises");
    let record = RecordRef::new(Area::Premises, id);
    let name = move || match device.row(record).map(|local| local.row) {
        Some(Row::Premises(premises)) => premises.name,
        _ => "—".to_owned(),
    };
    let to = Page::Premises(id);
    view! { <Fact label><Go to>{name}</Go></Fact> }.into_any()
}

/// Questions that somebody else answered differently at the same time; the author chooses.
#[component]
fn Conflicts(submission: Submission, form: Memo<Option<StoredForm>>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let own = device.account().map(|account| account.person_id) == Some(submission.author_id);
    let open = submission.state.is_open();
    let words = t(
        "这几处在两台手机上改得不一样，两份都留着，请选一份。",
        "Two phones changed these differently, and both are kept. Please choose.",
    );
    let submission = StoredValue::new(submission);
    let choose = move |conflict: &FieldConflict, theirs: bool| {
        let Some(replica) = device.replica() else {
            return;
        };
        let question = conflict.question.clone();
        let one = submission.get_value();
        let mut answers = one.answers;
        let stands = answers.get(&question).cloned();
        let value = if theirs { &conflict.theirs } else { &stands };
        set_answer(&mut answers, &question, value.clone());
        let stored = form.get_untracked();
        let form = stored.as_ref().and_then(StoredForm::read);
        let title = form.map(|form| form.summary_line(&answers, Lang::Zh));
        let change = SubmissionChange::Amend {
            title: title.unwrap_or(one.title),
            changed: BTreeMap::from([(question.clone(), value.clone())]),
            was: BTreeMap::from([(question, stands.clone())]),
        };
        let record = RecordRef::new(Area::Submissions, one.id);
        let mut new = NewOperation::new(record, Change::Submissions(change));
        new.base_revision = Some(one.revision);
        new.occurred_at = Some(one.capture.occurred_at);
        busy.set(true);
        spawn_local(async move {
            let saved = replica.commit(new).await;
            let _ = busy.try_set(false);
            match saved {
                Ok(_) => toasts.success(lang.get_untracked().pick("已选定", "Settled")),
                Err(error) => toasts.error(error.message(lang.get_untracked())),
            }
        });
    };
    let cards = move || {
        let stored = form.get()?;
        let form = stored.read()?;
        let lang = lang.get();
        let conflicts = submission.with_value(|one| one.conflicts.clone());
        let cards: Vec<AnyView> = conflicts
            .into_iter()
            .filter_map(|conflict| {
                let question = form.question(&conflict.question)?;
                let text = |answer: &Option<Answer>| {
                    let empty = || lang.pick("（没有填写）", "(no answer)").to_owned();
                    let answer = answer.as_ref();
                    answer.map_or_else(empty, |answer| answer.display(question, lang))
                };
                let other_by = if own && conflict.by == submission.with_value(|one| one.author_id) {
                    lang.pick("您在另一台手机上写的", "Written by you on another phone")
                        .to_owned()
                } else {
                    let name = device.person_name(conflict.by);
                    lang.pick(format!("{name}写的"), format!("Written by {name}"))
                };
                let stands =
                    submission.with_value(|one| one.answers.get(&conflict.question).cloned());
                let (kept, other) = (text(&stands), text(&conflict.theirs));
                let label = question.label.get(lang).to_owned();
                let on_choose = Some(Callback::new(move |theirs| choose(&conflict, theirs)))
                    .filter(|_| own && open);
                Some(view! { <ConflictCard label kept other_by other on_choose busy/> }.into_any())
            })
            .collect();
        Some(cards)
    };
    view! {
        <section class="conflicts">
            <Banner tone=Tone::Warning title=words/>
            {cards}
        </section>
    }
    .into_any()
}

/// The answers in the form's order; photos are shown apart.
fn answers_view(form: &Form, submission: &Submission) -> AnyView {
    let lang = use_lang();
    let facts: Vec<AnyView> = form
        .answered(&submission.answers)
        .into_iter()
        .filter(|(question, ..)| {
            let apart = matches!(question.kind, Kind::Image | Kind::File | Kind::Audio);
            !question.kind.is_hidden() && !apart
        })
        .map(|(question, instance, answer)| {
            let (question, answer) = (question.clone(), answer.clone());
            // In a repeat: which entry it is, such as 2 or 2.1.
            let numbers: Vec<String> = instance.iter().map(|it| (it + 1).to_string()).collect();
            let number = numbers.join(".");
            let behind = |text: &str| format!("{text} {number}").trim_end().to_owned();
            let label = Text::new(behind(&question.label.zh), behind(&question.label.en));
            let label = tx(label);
            let text = move || answer.display(&question, lang.get());
            view! { <Fact label><span class="record-text">{text}</span></Fact> }.into_any()
        })
        .collect();
    let title = tx(form.title.clone());
    view! { <Card title><Facts>{facts}</Facts></Card> }.into_any()
}

#[component]
fn Photos(id: SubmissionId, form: Memo<Option<StoredForm>>) -> impl IntoView {
    let device = Device::get();
    let lang = use_lang();
    let subject = RecordRef::new(Area::Submissions, id);
    let pictures = Signal::derive(move || {
        let all = device.attachments().unwrap_or_default();
        let own = all
            .into_iter()
            .filter(|one| one.subject == subject && !one.withdrawn && one.is_photo());
        let lang = lang.get();
        own.map(|one| {
            let label = form.with(|form| {
                let question = form.as_ref()?.read()?.question(&one.question)?;
                Some(question.label.get(lang).to_owned())
            });
            picture(one, label.unwrap_or_default(), lang)
        })
        .collect::<Vec<_>>()
    });
    let photos = use_pictures(pictures);
    let open = RwSignal::new(None::<usize>);
    let (format, toasts) = (use_format(), use_toasts());
    let on_stamp = move |at: usize| {
        let photo = photos.read_untracked().get(at).cloned();
        let (Some(photo), Some(form)) = (photo, form.get_untracked()) else {
            return;
        };
        let stamped = untrack(|| stamped(device, &photo.id, &form, lang.get()));
        if let Some(what) = stamped {
            photo_stamp::save(photo.full, &what, format, toasts);
        }
    };
    let none = tf(move |lang| {
        let words = lang.pick("没有照片", "No photos");
        if pictures.with(Vec::is_empty) {
            words.to_owned()
        } else {
            String::new()
        }
    });
    view! {
        <PhotoGrid photos on_open=move |at| open.set(Some(at))/>
        <p class="muted">{none}</p>
        <Lightbox photos index=open on_stamp/>
    }
    .into_any()
}

/// The record's recordings and documents; nothing where there are none.
#[component]
fn Files(id: SubmissionId) -> impl IntoView {
    let device = Device::get();
    let (lang, format) = (use_lang(), use_format());
    let subject = RecordRef::new(Area::Submissions, id);
    let own = Memo::new(move |_| {
        let mut all = device.attachments().unwrap_or_default();
        all.retain(|one| one.subject == subject && !one.withdrawn && !one.is_photo());
        all
    });
    let urls = use_addresses(Signal::derive(move || {
        own.get().into_iter().map(|one| one.blob).collect()
    }));
    let files = Signal::derive(move || {
        let (lang, urls) = (lang.get(), urls.read());
        let own = own.get().into_iter().map(|one| {
            let id = one.id.to_string();
            ListedFile {
                url: urls.get(&one.blob.sha256).cloned(),
                problem: one.rejected.as_ref().map(|refusal| refusal.message(lang)),
                ..listed(
                    format,
                    lang,
                    id,
                    &one.blob,
                    &one.facts,
                    one.source,
                    &one.caption,
                )
            }
        });
        own.collect::<Vec<_>>()
    });
    let some = Memo::new(move |_| !own.read().is_empty());
    let title = t("录音和文件", "Recordings and files");
    move || {
        some.get()
            .then(|| view! { <Section title><FileList files/></Section> }.into_any())
    }
}

fn stamped(device: Device, photo: &str, form: &StoredForm, lang: domain::Lang) -> Option<Stamped> {
    let attachments = device.attachments()?;
    let one = attachments.iter().find(|one| one.id.to_string() == photo)?;
    let Row::Submissions(record) = device.row(one.subject)?.row else {
        return None;
    };
    let form = form.read()?;
    Some(Stamped {
        organization: photo_stamp::organization(device),
        topic: photo_stamp::topic(form, &record, lang),
        record: record.id.0,
        sha256: one.blob.sha256.clone(),
        source: one.source,
        taken_at: one.taken_at,
        facts: one.facts.clone(),
        place: photo_stamp::place(form, &record.answers),
    })
}

/// The caption and who is on it, as the author wrote them.
fn said(one: &Attachment) -> Option<String> {
    let parts = [one.caption.as_str(), one.facts.people.as_str()];
    let said: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

fn picture(one: Attachment, label: String, lang: domain::Lang) -> Picture {
    let mut photo = Photo {
        id: one.id.to_string(),
        label: said(&one).unwrap_or(label),
        ..Photo::default()
    };
    if let Some(refusal) = &one.rejected {
        photo.label = refusal.message(lang);
        photo = photo.mark(Tone::Danger, lang.pick("未收", "Not kept"));
    } else if one.source == PhotoSource::Album {
        photo = photo.mark(Tone::Neutral, lang.pick("相册", "Album"));
    }
    Picture {
        photo,
        thumbnail: one.thumbnail,
        full: one.blob,
    }
}

/// Opens a draft that corrects the record, the one begun earlier if there is one.
#[component]
fn Correct(submission: Submission) -> impl IntoView {
    let device = Device::get();
    let (go, toasts, lang) = (use_go(), use_toasts(), use_lang());
    let busy = RwSignal::new(false);
    let returned = submission.state == ReviewState::Returned;
    let id = submission.id;
    // Read now, so that it is there when it is asked for.
    let attachments = Memo::new(move |_| device.rows(Area::Attachments).map(|_| ()));
    let waiting = Signal::derive(move || attachments.get().is_none());
    let start = move || {
        let (Some(replica), Some(photos)) =
            (device.replica(), untrack(|| device.rows(Area::Attachments)))
        else {
            return;
        };
        busy.set(true);
        let draft = correction(&submission, &photos, replica.best_now());
        let (go, lang) = (go.clone(), lang.get_untracked());
        spawn_local(async move {
            let begun = replica.draft(draft.id).await;
            let saved = match begun {
                Ok(Some(_)) => Ok(()),
                Ok(None) => replica.save_draft(&draft).await,
                Err(error) => Err(error),
            };
            match saved {
                Ok(()) => go(Page::Draft(id)),
                Err(error) => toasts.error(error.message(lang)),
            }
            busy.try_set(false);
        });
    };
    let kind = if returned {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let words = if returned {
        t("更正并重新提交", "Correct and resubmit")
    } else {
        t("更正", "Correct")
    };
    view! {
        <ActionBar>
            <Button kind=kind icon=lu::LuPencil loading=busy disabled=waiting on_click=start>
                {move || words()}
            </Button>
        </ActionBar>
    }
    .into_any()
}
