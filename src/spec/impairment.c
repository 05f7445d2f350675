/*
 * impairment.c - what a link does to frames, as a topology asks for it
 */
#include "spec/impairment.h"

#include <inttypes.h>

#include "base/names.h"
#include "base/str.h"
#include "base/units.h"

const char *const impair_spread_names[] = {
	[IMPAIR_UNIFORM] = "uniform",
	[IMPAIR_NORMAL] = "normal",
	[IMPAIR_PARETO] = "pareto",
};
TABLE_COVERS(impair_spread_names, IMPAIR_SPREADS);

bool impair_rules_ask(const struct impair_rules *rules)
{
	return rules->delay_ns || rules->jitter_ns || rules->loss > 0 ||
	       rules->burst || rules->duplicate > 0 || rules->corrupt > 0 ||
	       rules->reorder > 0 || rules->rate_bps || rules->limit;
}

static void say(struct str *out, const char *key, const char *value)
{
	str_addf(out, "%s%s %s", out->len ? ", " : "", key, value);
}

static void say_time(struct str *out, const char *key, int64_t ns)
{
	char buf[UNITS_TEXT];

	if (ns)
		say(out, key, duration_print(ns, buf));
}

static void say_share(struct str *out, const char *key, double share)
{
	char buf[UNITS_TEXT];

	if (share > 0)
		say(out, key, share_print(share, buf));
}

static void say_number(struct str *out, const char *key, uint32_t n)
{
	if (n)
		str_addf(out, "%s%s %" PRIu32, out->len ? ", " : "", key, n);
}

static void say_burst(struct str *out, const struct impair_rules *rules)
{
	char p[UNITS_TEXT];
	char r[UNITS_TEXT];
	char bad[UNITS_TEXT];
	char good[UNITS_TEXT];

	str_addf(out, "%sgemodel p %s r %s bad %s good %s",
		 out->len ? ", " : "", share_print(rules->burst_p, p),
		 share_print(rules->burst_r, r),
		 share_print(rules->burst_bad, bad),
		 share_print(rules->burst_good, good));
}

void impair_rules_print(const struct impair_rules *rules, struct str *out)
{
	struct str text = {0};
	char buf[UNITS_TEXT];

	say_time(&text, "delay", rules->delay_ns);
	say_time(&text, "jitter", rules->jitter_ns);
	if (rules->jitter_ns)
		say(&text, "distribution", impair_spread_names[rules->spread]);
	say_share(&text, "delay-correlation", rules->delay_corr);
	say_share(&text, "loss", rules->loss);
	say_share(&text, "loss-correlation", rules->loss_corr);
	if (rules->burst)
		say_burst(&text, rules);
	say_share(&text, "duplicate", rules->duplicate);
	say_share(&text, "duplicate-correlation", rules->duplicate_corr);
	say_share(&text, "corrupt", rules->corrupt);
	say_share(&text, "corrupt-correlation", rules->corrupt_corr);
	say_share(&text, "reorder", rules->reorder);
	say_share(&text, "reorder-correlation", rules->reorder_corr);
	say_number(&text, "gap", rules->reorder_gap);
	if (rules->rate_bps)
		say(&text, "rate", rate_print(rules->rate_bps, buf));
	say_number(&text, "limit", rules->limit);
	str_add(out, str_text(&text));
	str_done(&text);
}
