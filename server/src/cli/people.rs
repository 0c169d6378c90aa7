//! `minglu init` and `minglu user …`: what must work when nobody can log in.

use clap::{Subcommand, ValueEnum};
use domain::{
    OrganizationId, PersonId, RecordRef, Row,
    areas::people::{Person, Role},
    operation::Area,
};
use sqlx::Row as _;

use crate::{
    AppState, Tx,
    areas::people::{self, NAME_LIMIT},
    audit,
    error::{Error, Result},
    feed, ids, one_time_links,
    organizations::{self, NewPerson},
    validate,
};

#[derive(clap::Args)]
pub struct Init {
    /// The organization's name
    #[arg(long)]
    name: String,
    /// The first administrator's name
    #[arg(long)]
    admin_name: String,
    /// The first administrator's mobile number, to log in with
    #[arg(long)]
    mobile: String,
}

#[derive(Subcommand)]
pub enum User {
    /// List members
    List {
        #[command(flatten)]
        organization: OrganizationArg,
    },
    /// Add a member and print a one-time log-in link
    Add {
        #[command(flatten)]
        organization: OrganizationArg,
        #[arg(long)]
        name: String,
        /// To log in with
        #[arg(long)]
        mobile: String,
        #[arg(long, value_enum)]
        role: RoleArg,
    },
    /// Print a one-time log-in link for somebody, such as after a forgotten password
    Link {
        #[command(flatten)]
        organization: OrganizationArg,
        /// Mobile number, user name or id
        who: String,
    },
    /// Deactivate somebody: no log-in any more; what was recorded before is still received
    Deactivate {
        #[command(flatten)]
        organization: OrganizationArg,
        /// Mobile number, user name or id
        who: String,
    },
}

#[derive(clap::Args)]
pub struct OrganizationArg {
    /// Name or id; needed only where the server holds several
    #[arg(long = "organization", value_name = "NAME")]
    organization: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum RoleArg {
    Volunteer,
    Recorder,
    Reviewer,
    Administrator,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Volunteer => Self::Volunteer,
            RoleArg::Recorder => Self::Recorder,
            RoleArg::Reviewer => Self::Reviewer,
            RoleArg::Administrator => Self::Administrator,
        }
    }
}

/// Makes an organization with its first administrator and prints the log-in link.
pub async fn init(state: &AppState, args: &Init) -> Result<()> {
    let name = validate::name("name", &args.name, 100)?;
    let admin_name = validate::name("admin-name", &args.admin_name, NAME_LIMIT)?;
    let mobile = validate::mobile(&args.mobile)?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let taken: Option<String> = sqlx::query_scalar("select id from organizations where name = $1")
        .bind(&name)
        .fetch_optional(&mut *tx)
        .await?;
    if taken.is_some() {
        return Err(refused(format!("there is an organization named {name}")));
    }
    let (organization, mut rows) = organizations::found(&mut tx, &state.clock, &name).await?;
    let person = add(
        state,
        &mut tx,
        organization,
        &admin_name,
        &mobile,
        Role::Administrator,
    )
    .await?;
    let id = person.id;
    rows.push(Row::People(person));
    let link = one_time_links::make(&mut tx, organization, id, now).await?;
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    println!(
        "Made the organization {name}. {admin_name} logs in with this link, once, and sets a password:"
    );
    println!("  {}{}", state.settings.public_url, link.path);
    Ok(())
}

/// Runs one of the `user` commands.
pub async fn user(state: &AppState, command: &User) -> Result<()> {
    match command {
        User::List { organization } => list(state, organization).await,
        User::Add {
            organization,
            name,
            mobile,
            role,
        } => {
            let name = validate::name("name", name, NAME_LIMIT)?;
            let mobile = validate::mobile(mobile)?;
            let organization = find_organization(state, organization).await?;
            let mut tx = state.db.begin().await?;
            feed::lock(&mut tx, organization).await?;
            let person = add(state, &mut tx, organization, &name, &mobile, (*role).into()).await?;
            let id = person.id;
            let link = one_time_links::make(&mut tx, organization, id, state.clock.now()).await?;
            note(state, &mut tx, organization, "person.added", id).await?;
            feed::publish(&mut tx, organization, &[Row::People(person)]).await?;
            tx.commit().await?;
            println!("Added {name}. One-time log-in link:");
            println!("  {}{}", state.settings.public_url, link.path);
            Ok(())
        }
        User::Link { organization, who } => {
            let organization = find_organization(state, organization).await?;
            let mut tx = state.db.begin().await?;
            let person = find(&mut tx, organization, who).await?;
            if !person.active {
                return Err(refused(format!("{} is deactivated", person.name)));
            }
            let link =
                one_time_links::make(&mut tx, organization, person.id, state.clock.now()).await?;
            note(state, &mut tx, organization, "link.made", person.id).await?;
            tx.commit().await?;
            println!("One-time log-in link for {}:", person.name);
            println!("  {}{}", state.settings.public_url, link.path);
            Ok(())
        }
        User::Deactivate { organization, who } => {
            let organization = find_organization(state, organization).await?;
            let mut tx = state.db.begin().await?;
            feed::lock(&mut tx, organization).await?;
            let mut person = find(&mut tx, organization, who).await?;
            if !person.active {
                return Err(refused(format!("{} is deactivated already", person.name)));
            }
            if person.role == Role::Administrator
                && !people::store::another_administrator(&mut tx, organization, person.id).await?
            {
                return Err(refused(format!(
                    "{} is the only administrator; add another one first",
                    person.name
                )));
            }
            person.active = false;
            person.revision += 1;
            people::store::put(&mut tx, organization, &person, state.clock.now()).await?;
            note(state, &mut tx, organization, "person.changed", person.id).await?;
            let name = person.name.clone();
            feed::publish(&mut tx, organization, &[Row::People(person)]).await?;
            tx.commit().await?;
            println!("Deactivated {name}.");
            Ok(())
        }
    }
}

async fn list(state: &AppState, organization: &OrganizationArg) -> Result<()> {
    let organization = find_organization(state, organization).await?;
    let mut connection = state.db.read().acquire().await?;
    for member in people::store::list(&mut connection, organization).await? {
        println!(
            "{}  {:<13}  {:<11}  {}{}",
            member.id,
            member.role.as_str(),
            member.user_name.as_deref().unwrap_or(&member.mobile),
            member.name,
            if member.active { "" } else { "  (deactivated)" }
        );
    }
    Ok(())
}

async fn add(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    mobile: &str,
    role: Role,
) -> Result<Person> {
    let taken: Option<String> =
        sqlx::query_scalar("select id from people where organization_id = $1 and mobile = $2")
            .bind(organization.to_string())
            .bind(mobile)
            .fetch_optional(&mut **tx)
            .await?;
    if taken.is_some() {
        return Err(refused(format!("{mobile} is a member already")));
    }
    let person = NewPerson {
        name,
        user_name: None,
        mobile: Some(mobile),
        role,
        department_id: None,
    };
    organizations::add_person(
        tx,
        organization,
        ids::new(&state.clock),
        state.clock.now(),
        &person,
    )
    .await
}

async fn note(
    state: &AppState,
    tx: &mut Tx,
    organization: OrganizationId,
    act: &str,
    person: PersonId,
) -> Result<()> {
    audit::note(
        tx,
        organization,
        state.clock.now(),
        None,
        None,
        act,
        Some(RecordRef::new(Area::People, person)),
        "command line",
    )
    .await
}

async fn find_organization(
    state: &AppState,
    OrganizationArg { organization }: &OrganizationArg,
) -> Result<OrganizationId> {
    let rows = sqlx::query("select id, name from organizations order by name, id")
        .fetch_all(state.db.read())
        .await?;
    let mut all: Vec<(String, String)> = Vec::with_capacity(rows.len());
    for row in rows {
        all.push((row.try_get("id")?, row.try_get("name")?));
    }
    let names = || {
        let names: Vec<&str> = all.iter().map(|(_, name)| name.as_str()).collect();
        names.join(", ")
    };
    let fitting: Vec<&(String, String)> = all
        .iter()
        .filter(|(id, name)| {
            organization
                .as_ref()
                .is_none_or(|wanted| wanted == id || wanted == name)
        })
        .collect();
    match fitting.as_slice() {
        [(id, _)] => Ok(id.parse()?),
        [] if all.is_empty() => Err(refused(
            "there is no organization yet; make one with `minglu init`".to_owned(),
        )),
        [] => Err(refused(format!(
            "no such organization; there are: {}",
            names()
        ))),
        _ => Err(refused(format!(
            "there are several; name one with --organization: {}",
            names()
        ))),
    }
}

async fn find(tx: &mut Tx, organization: OrganizationId, who: &str) -> Result<Person> {
    let mobile = validate::as_mobile(who);
    let id: Option<String> = sqlx::query_scalar(
        "select id from people
         where organization_id = $1 and (id = $2 or user_name = $2 or mobile = $3)",
    )
    .bind(organization.to_string())
    .bind(who)
    .bind(mobile)
    .fetch_optional(&mut **tx)
    .await?;
    let id: PersonId = id
        .ok_or_else(|| refused(format!("there is no {who} in this organization")))?
        .parse()?;
    people::store::find(tx, organization, id)
        .await?
        .ok_or(Error::NotFound)
}

/// A plain sentence for whoever typed the command.
fn refused(detail: String) -> Error {
    Error::internal(detail)
}
