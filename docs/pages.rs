//! The pages, as documentation whose programs are tests.

macro_rules! pages {
    ($($page:ident $file:literal)*) => {$(
        #[doc = include_str!(concat!("src/", $file))]
        mod $page {}
    )*};
}

pages! {
    introduction "introduction.md"
    first_agent "first-agent.md"
    tools "tools.md"
    permissions "permissions.md"
    approvals "approvals.md"
    streaming "streaming.md"
    providers "providers.md"
    hooks "hooks.md"
    mcp "mcp.md"
    skills "skills.md"
    sub_agents "sub-agents.md"
    attachments "attachments.md"
    requests "requests.md"
    protocol "protocol.md"
    context "context.md"
    usage "usage.md"
    budgets "budgets.md"
    errors "errors.md"
    testing "testing.md"
    production "production.md"
    sessions "sessions.md"
    debugging "debugging.md"
    performance "performance.md"
    versions "versions.md"
    from_python "from-python.md"
    from_official_rust "from-official-rust.md"
}
