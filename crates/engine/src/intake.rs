//! Intake: a file becomes a campaign, and a campaign is started.
