-- The thread of a post that was only seen in somebody's thread is looked for by the post's id, once a page
-- (docs/adr/0013-what-storing-a-message-costs.md).
create index thread_posts_remote on thread_posts (workspace_id, channel_id, remote_id);
