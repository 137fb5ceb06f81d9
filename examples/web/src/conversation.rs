//! One session for each user, opened when they come for the first time.

use std::collections::HashMap;
use std::sync::Arc;

use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Client, Provider, Result, Session, permission, tools};
use tokio::sync::{Mutex, mpsc};

use crate::approvals::{Approvals, Question};
use crate::notes::{Database, Notes};

/// The conversations of all users, in one CLI.
#[derive(Clone)]
pub struct Conversations(Arc<Shared>);

struct Shared {
    client: Client,
    provider: Provider,
    database: Database,
    /// Held while a session is opened, so that a user gets one.
    open: Mutex<HashMap<String, Conversation>>,
}

/// The conversation of one user.
#[derive(Clone)]
pub struct Conversation {
    pub user: String,
    pub session: Session,
    pub approvals: Arc<Approvals>,
    /// Held by the page that shows the turn: one at a time.
    pub questions: Arc<Mutex<mpsc::UnboundedReceiver<Question>>>,
}

impl Conversations {
    /// Sessions of this client; none is open yet.
    pub fn new(client: Client, provider: Provider, database: Database) -> Self {
        Self(Arc::new(Shared { client, provider, database, open: Mutex::default() }))
    }

    /// The conversation of a user, who has signed in.
    pub async fn of(&self, user: &str) -> Result<Conversation> {
        let mut open = self.0.open.lock().await;
        if let Some(conversation) = open.get(user) {
            return Ok(conversation.clone());
        }
        let conversation = self.open(user).await?;
        open.insert(user.to_owned(), conversation.clone());
        Ok(conversation)
    }

    /// The conversation of a user that is open already.
    pub async fn known(&self, user: &str) -> Option<Conversation> {
        self.0.open.lock().await.get(user).cloned()
    }

    /// Ends every turn, so that nobody waits for one.
    pub async fn end(&self) {
        for conversation in self.0.open.lock().await.values() {
            conversation.approvals.give_up();
            if let Err(error) = conversation.session.abort().await {
                eprintln!("{}: {error}", conversation.user);
            }
        }
    }

    async fn open(&self, user: &str) -> Result<Conversation> {
        let (page, questions) = mpsc::unbounded_channel();
        let approvals = Arc::new(Approvals::new(page));
        let asked = approvals.clone();
        let ask = permission::ask(move |request| {
            let approvals = asked.clone();
            async move { approvals.ask(request).await }
        });
        let notes = Notes { database: self.0.database.clone(), user: user.to_owned() };
        let session = self
            .0
            .client
            .session()
            .model("scripted")
            .provider(self.0.provider.clone())
            .streaming(true)
            .tools(tools![..notes])
            .available_tools([ToolFilter::all_custom()])
            .permissions(permission::allow_own_tools().or(ask))
            .create()
            .await?;
        let questions = Arc::new(Mutex::new(questions));
        Ok(Conversation { user: user.to_owned(), session, approvals, questions })
    }
}
