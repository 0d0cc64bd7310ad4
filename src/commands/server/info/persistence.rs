//! INFO persistence.

use super::{figures, line};
use crate::commands::context::Context;
use crate::persistence::loading::LoadingProgress;
use crate::persistence::{Background, Child};

/// The fields of 7.2. Redis's figures of copied pages are here the bytes that changing records made
/// a snapshot write out of turn.
pub(super) fn persistence(text: &mut String, ctx: &Context<'_>) {
    let (state, now_s) = (&ctx.persistence.rdb, ctx.instance.now_us() / 1_000_000);
    let job = ctx.persistence.background();
    let (aof, rewrite) = (&ctx.persistence.aof, &ctx.persistence.aof.rewrite);
    let progress = job.map(Background::progress).unwrap_or_default();
    let percent = progress.written as f64 * 100.0 / progress.total.max(1) as f64;
    let running = |child: Child| ctx.persistence.child() == Some(child);
    let took = |child: Child| match job.filter(|_| running(child)) {
        Some(job) => now_s - job.started_ms() / 1000,
        None => -1,
    };
    let (loads, aside) = (
        ctx.persistence.loading.is_some(),
        ctx.persistence.loads_aside,
    );
    let status = if state.last_ok { "ok" } else { "err" };
    let fields: &[(&str, i64)] = &[
        ("loading", i64::from(loads && !aside)),
        ("async_loading", i64::from(loads && aside)),
        ("current_cow_peak", progress.image_bytes as i64),
        ("current_cow_size", progress.image_bytes as i64),
        ("current_cow_size_age", 0),
    ];
    figures(text, fields);
    line(text, format_args!("current_fork_perc:{percent:.2}"));
    let fields: &[(&str, i64)] = &[
        ("current_save_keys_processed", progress.written as i64),
        ("current_save_keys_total", progress.total as i64),
        (
            "rdb_changes_since_last_save",
            state.changes(ctx.keyspace) as i64,
        ),
        ("rdb_bgsave_in_progress", i64::from(running(Child::Rdb))),
        ("rdb_last_save_time", state.last_save_s),
    ];
    figures(text, fields);
    line(text, format_args!("rdb_last_bgsave_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("rdb_last_bgsave_time_sec", state.last_took_s.unwrap_or(-1)),
        ("rdb_current_bgsave_time_sec", took(Child::Rdb)),
        ("rdb_saves", state.saves as i64),
        ("rdb_last_cow_size", state.last_image_bytes as i64),
        ("rdb_last_load_keys_expired", state.loaded_expired as i64),
        ("rdb_last_load_keys_loaded", state.loaded as i64),
        ("aof_enabled", i64::from(aof.is_on())),
        ("aof_rewrite_in_progress", i64::from(running(Child::Aof))),
        ("aof_rewrite_scheduled", i64::from(rewrite.scheduled)),
        (
            "aof_last_rewrite_time_sec",
            rewrite.last_took_s.unwrap_or(-1),
        ),
        ("aof_current_rewrite_time_sec", took(Child::Aof)),
    ];
    figures(text, fields);
    let status = if rewrite.last_ok { "ok" } else { "err" };
    line(text, format_args!("aof_last_bgrewrite_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("aof_rewrites", rewrite.count as i64),
        ("aof_rewrites_consecutive_failures", rewrite.failures as i64),
    ];
    figures(text, fields);
    let status = if aof.error().is_none() { "ok" } else { "err" };
    line(text, format_args!("aof_last_write_status:{status}"));
    let fields: &[(&str, i64)] = &[
        ("aof_last_cow_size", rewrite.last_image_bytes as i64),
        // There are no modules.
        ("module_fork_in_progress", 0),
        ("module_fork_last_cow_size", 0),
    ];
    figures(text, fields);
    if aof.is_on() {
        let fields: &[(&str, i64)] = &[
            ("aof_current_size", aof.size() as i64),
            ("aof_base_size", aof.base_size() as i64),
            ("aof_pending_rewrite", i64::from(rewrite.scheduled)),
            ("aof_buffer_length", aof.buffered().len() as i64),
            ("aof_pending_bio_fsync", aof.pending_syncs() as i64),
            ("aof_delayed_fsync", aof.delayed_syncs() as i64),
        ];
        figures(text, fields);
    }
    if let Some(loading) = &ctx.persistence.loading {
        loading_fields(text, loading, ctx.instance.now_ms());
    }
}

fn loading_fields(text: &mut String, loading: &LoadingProgress, now_ms: i64) {
    let (loaded, total) = (loading.loaded, loading.total.max(1));
    let elapsed_s = (now_ms - loading.started_ms).max(0) / 1000;
    let left = total.saturating_sub(loaded) as f64;
    // As fast as so far; without a whole second, no estimate.
    let eta_s = match elapsed_s {
        0 => 1,
        _ => (left * elapsed_s as f64 / loaded.max(1) as f64) as i64,
    };
    let fields: &[(&str, i64)] = &[
        ("loading_start_time", loading.started_ms / 1000),
        ("loading_total_bytes", loading.total as i64),
        // What the server that wrote the file held, which an AOF does not tell.
        ("loading_rdb_used_mem", 0),
        ("loading_loaded_bytes", loaded as i64),
    ];
    figures(text, fields);
    let percent = loaded as f64 * 100.0 / total as f64;
    line(text, format_args!("loading_loaded_perc:{percent:.2}"));
    figures(text, &[("loading_eta_seconds", eta_s)]);
}
