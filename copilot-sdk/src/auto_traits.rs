//! Compile-time checks that public types are `Send`, `Sync` and `'static`.

use crate::client::{ClientBuilder, Lifecycle, SessionFilter, Subscription};
use crate::event::Event;
use crate::permission::{PermissionRequest, Policy};
use crate::session::{Events, RewindMode, Turn};
use crate::tool::TimelineLevel;
use crate::{
    Client, Error, Prompt, Provider, Session, SessionBuilder, Tool, ToolContext, ToolError,
    ToolResult,
};

const fn is_shared<T: Send + Sync + 'static>() {}

const fn is_sent<T: Send>(_: &T) {}

const _: () = {
    is_shared::<Client>();
    is_shared::<ClientBuilder>();
    is_shared::<Lifecycle>();
    is_shared::<Session>();
    is_shared::<SessionBuilder>();
    is_shared::<Turn>();
    is_shared::<Events>();
    is_shared::<Event>();
    is_shared::<Subscription>();
    is_shared::<Prompt>();
    is_shared::<Provider>();
    is_shared::<Policy>();
    is_shared::<PermissionRequest>();
    is_shared::<Tool>();
    is_shared::<ToolContext>();
    is_shared::<ToolResult>();
    is_shared::<Error>();
    is_shared::<ToolError>();
};

const _: fn(&Client) = |client| {
    is_sent(&Client::start());
    is_sent(&Client::builder().start());
    is_sent(&client.connect());
    is_sent(&client.call::<()>("m", ()));
    is_sent(&client.ping("hello"));
    is_sent(&client.status());
    is_sent(&client.auth_status());
    is_sent(&client.quota());
    is_sent(&client.models());
    is_sent(&client.refresh_models());
    is_sent(&client.sessions(SessionFilter::default()));
    is_sent(&client.session_metadata("id"));
    is_sent(&client.delete_session("id"));
    is_sent(&client.last_session_id());
    is_sent(&client.foreground_session());
    is_sent(&client.set_foreground_session("id"));
    is_sent(&client.lifecycle().next());
    is_sent(&client.session().create());
    is_sent(&client.session().resume("id"));
    is_sent(&client.session().resume_last());
    is_sent(&client.stop());
    is_sent(&client.force_stop());
    is_sent(&crate::cli::install());
};

const _: fn(&Session) = |session| {
    is_sent(&session.ask("hello").into_future());
    is_sent(&session.ask_as::<String>("hello").into_future());
    is_sent(&session.ask_as::<String>("hello").with_reply());
    is_sent(&session.stream("hello"));
    is_sent(&session.send("hello"));
    is_sent(&session.abort());
    is_sent(&session.disconnect());
    is_sent(&session.history());
    is_sent(&session.call::<()>("m", ()));
    is_sent(&session.events().next());
    is_sent(&session.set_model("m").into_future());
    is_sent(&session.current_model());
    is_sent(&session.models());
    is_sent(&session.mode());
    is_sent(&session.set_mode("plan"));
    is_sent(&session.compact().into_future());
    is_sent(&session.fork().into_future());
    is_sent(&session.truncate("event"));
    is_sent(&session.rewind_points());
    is_sent(&session.rewind("event", RewindMode::Conversation));
    is_sent(&session.usage());
    is_sent(&session.tools());
    is_sent(&session.set_tools(Vec::<Tool>::new()));
    is_sent(&session.agents());
    is_sent(&session.current_agent());
    is_sent(&session.select_agent("a"));
    is_sent(&session.deselect_agent());
    is_sent(&session.skills());
    is_sent(&session.enable_skill("s"));
    is_sent(&session.disable_skill("s"));
    is_sent(&session.mcp_servers());
    is_sent(&session.mcp_tools("s"));
    is_sent(&session.enable_mcp_server("s"));
    is_sent(&session.disable_mcp_server("s"));
    is_sent(&session.restart_mcp_server("s"));
    is_sent(&session.name());
    is_sent(&session.set_name("n"));
    is_sent(&session.plan());
    is_sent(&session.set_plan("p"));
    is_sent(&session.delete_plan());
    is_sent(&session.workspace_files());
    is_sent(&session.read_workspace_file("f"));
    is_sent(&session.write_workspace_file("f", "text"));
    is_sent(&session.log(TimelineLevel::Info, "line"));
    is_sent(&session.log_ephemeral(TimelineLevel::Info, "line"));
    is_sent(&session.ui().confirm("sure?"));
    is_sent(&session.ui().select("which?", ["one"]));
    is_sent(&session.ui().input("name?"));
};

const _: fn(Turn, &Tool, &ToolContext, &Policy, &PermissionRequest) =
    |mut turn, tool, context, policy, request| {
        is_sent(&turn.next());
        is_sent(&turn.reply());
        is_sent(&tool.call((), context.clone()));
        is_sent(&context.cancelled());
        is_sent(&context.log(TimelineLevel::Info, "line"));
        is_sent(&context.progress("line"));
        is_sent(&policy.decide(request));
    };
