/*
 * test_forge.c - forged segments say what was asked, and a NAT forgets in time
 */
#include "wire/forge.h"

#include <errno.h>

#include "base/err.h"
#include "spec/fault.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"
#include "wire/inject.h"
#include "wire/nat.h"
#include "wire/port.h"

#define FLAG(name) TCP_FLAG_BIT(TCP_FLAG_##name)

static void set_ends(struct forge *forge, const char *from, const char *to)
{
	ck_assert_int_eq(endpoint_parse(from, &forge->from), 0);
	ck_assert_int_eq(endpoint_parse(to, &forge->to), 0);
}

static const struct {
	const char *from;
	const char *to;
	struct forge forge;
} frames[] = {
	{"10.0.0.1:1", "10.0.0.2:65535", {.flags = FLAG(SYN)}},
	{"[fd00::1]:1",
	 "[fd00::2]:2",
	 {.seq = UINT32_MAX, .ack = 7, .flags = FLAG(ACK), .window = 65535}},
	{"10.0.0.1:1",
	 "10.0.0.2:2",
	 {.flags = FLAG(ACK) | FLAG(PSH), .payload = "odd", .payload_len = 3}},
	{"[fd00::1]:1",
	 "[fd00::2]:2",
	 {.flags = FLAG(RST),
	  .has_ts = true,
	  .ts_val = 5,
	  .ts_ecr = 6,
	  .payload = "even",
	  .payload_len = 4}},
	{"10.0.0.1:1", "10.0.0.2:2", {.flags = FLAG(ACK), .payload_len = 1460}},
};

START_TEST(test_frame)
{
	struct forge forge = frames[_i].forge;
	static const uint8_t zeros[1460];
	struct port_frame frame;
	struct segment s;

	set_ends(&forge, frames[_i].from, frames[_i].to);
	forge.mac_to[5] = 1;
	forge.mac_from[5] = 2;
	ck_assert_int_eq(forge_frame(&forge, &frame), 0);
	ck_assert_uint_eq(frame.bytes[5], 1);
	ck_assert_uint_eq(frame.bytes[11], 2);
	ck_assert_int_eq(segment_parse(frame.bytes, frame.len, &s), 0);
	ck_assert(s.checksum_good);
	ck_assert(endpoint_equal(&s.from, &forge.from));
	ck_assert(endpoint_equal(&s.to, &forge.to));
	ck_assert_uint_eq(s.seq, forge.seq);
	ck_assert_uint_eq(s.ack, forge.ack);
	ck_assert_uint_eq(s.flags, forge.flags);
	ck_assert_uint_eq(s.window, forge.window);
	ck_assert_uint_eq(s.options.has_timestamps, forge.has_ts);
	ck_assert_uint_eq(s.options.ts_val, forge.ts_val);
	ck_assert_uint_eq(s.options.ts_ecr, forge.ts_ecr);
	ck_assert_uint_eq(s.payload_len, forge.payload_len);
	ck_assert_mem_eq(s.payload, forge.payload ? forge.payload : zeros,
			 s.payload_len);
}
END_TEST

START_TEST(test_frame_refused)
{
	struct forge forge = {.payload_len = 1461};
	struct port_frame frame = {.len = 77};

	set_ends(&forge, "10.0.0.1:1", "10.0.0.2:2");
	ck_assert_int_eq(forge_frame(&forge, &frame), -EMSGSIZE);
	forge.payload_len = SIZE_MAX;
	ck_assert_int_eq(forge_frame(&forge, &frame), -EMSGSIZE);
	forge.payload_len = 0;
	set_ends(&forge, "10.0.0.1:1", "[fd00::2]:2");
	ck_assert_int_eq(forge_frame(&forge, &frame), -EINVAL);
	ck_assert_uint_eq(frame.len, 77);
}
END_TEST

/* both ends were seen: the first sent up to 1100, the second up to 9050 */
static const struct flow_conn both = {
	.ends = {{.known = true,
		  .isn = 1000,
		  .next = 1100,
		  .acks = true,
		  .ack = 9040,
		  .has_edge = true,
		  .edge = 70000,
		  .has_ts = true,
		  .ts = 500},
		 {.known = true,
		  .isn = 9000,
		  .next = 9050,
		  .acks = true,
		  .ack = 1100,
		  .has_edge = true,
		  .edge = 80000,
		  .has_ts = true,
		  .ts = 3}},
};

/* only what the second end answered */
static const struct flow_conn half = {
	.ends = {{.has_edge = true, .edge = 400},
		 {.known = true,
		  .isn = 9000,
		  .next = 9001,
		  .acks = true,
		  .ack = 100}},
};

#define NUMBER(base_, plus_)                                              \
	{                                                                 \
		.set = true, .base = INJECT_BASE_##base_, .plus = (plus_) \
	}

static const struct {
	const char *name;
	const struct flow_conn *conn;
	struct inject_spec spec;
	int rc;
	uint32_t seq;
	uint32_t ack;
	uint32_t ts; /* 0: none */
} injections[] = {
	{"defaults",
	 &both,
	 {.on = (char *)"s", .flags = FLAG(ACK)},
	 0,
	 1100,
	 9050,
	 500},
	{"no ack without ACK",
	 &both,
	 {.on = (char *)"s", .flags = FLAG(RST)},
	 0,
	 1100,
	 0,
	 500},
	{"next and start",
	 &both,
	 {.on = (char *)"s",
	  .flags = FLAG(ACK),
	  .seq = NUMBER(NEXT, -1),
	  .ack = NUMBER(START, 1)},
	 0,
	 1099,
	 9001,
	 500},
	{"edges",
	 &both,
	 {.on = (char *)"s", .seq = NUMBER(EDGE, 5), .ack = NUMBER(EDGE, 0)},
	 0,
	 70005,
	 80000,
	 500},
	{"absolute",
	 &both,
	 {.on = (char *)"s",
	  .seq = NUMBER(ABSOLUTE, 4294967295),
	  .ack = NUMBER(ABSOLUTE, 7)},
	 0,
	 UINT32_MAX,
	 7,
	 500},
	{"an old timestamp",
	 &both,
	 {.on = (char *)"s", .has_ts = true, .ts = -501},
	 0,
	 1100,
	 0,
	 UINT32_MAX},
	{"what was acknowledged is what comes next",
	 &half,
	 {.on = (char *)"s", .flags = FLAG(ACK)},
	 0,
	 100,
	 9001,
	 0},
	{"its start is not known",
	 &half,
	 {.on = (char *)"s", .seq = NUMBER(START, 1)},
	 -ENOTCONN,
	 0,
	 0,
	 0},
	{"it has no timestamps",
	 &half,
	 {.on = (char *)"s", .has_ts = true},
	 -EINVAL,
	 0,
	 0,
	 0},
	{"out of nowhere", NULL, {.flags = FLAG(SYN)}, 0, 0, 0, 0},
	{"out of nowhere, with ACK", NULL, {.flags = FLAG(ACK)}, 0, 0, 0, 0},
	{"nothing was seen", NULL, {.on = (char *)"s"}, -ENOTCONN, 0, 0, 0},
	{"nor an edge", NULL, {.seq = NUMBER(EDGE, 0)}, -ENOTCONN, 0, 0, 0},
};

START_TEST(test_inject)
{
	struct forge forge = {0};
	struct err err = {0};
	int rc = inject_resolve(&injections[_i].spec, injections[_i].conn,
				&forge, &err);

	ck_assert_msg(rc == injections[_i].rc, "%s: %d %s", injections[_i].name,
		      rc, err.text);
	if (rc < 0)
		return;
	ck_assert_msg(forge.seq == injections[_i].seq, "%s: seq %u",
		      injections[_i].name, forge.seq);
	ck_assert_msg(forge.ack == injections[_i].ack, "%s: ack %u",
		      injections[_i].name, forge.ack);
	ck_assert_uint_eq(forge.has_ts, injections[_i].ts != 0);
	ck_assert_uint_eq(forge.ts_val, injections[_i].ts);
	ck_assert_uint_eq(forge.ts_ecr, forge.has_ts ? 3 : 0);
}
END_TEST

/* RFC 9293 3.10.7.1 */
static const struct {
	uint8_t flags;
	uint32_t len;
	bool answered;
	uint8_t reset;
	uint32_t seq;
	uint32_t ack;
} resets[] = {
	{FLAG(ACK), 10, true, FLAG(RST), 77, 0},
	{FLAG(FIN) | FLAG(ACK), 0, true, FLAG(RST), 77, 0},
	{FLAG(FIN), 10, true, FLAG(RST) | FLAG(ACK), 0, 1011},
	{FLAG(PSH), 10, true, FLAG(RST) | FLAG(ACK), 0, 1010},
	{FLAG(RST), 0, false, 0, 0, 0},
	{FLAG(RST) | FLAG(ACK), 0, false, 0, 0, 0},
};

START_TEST(test_reset)
{
	struct forge forge = {.seq = 1000,
			      .ack = 77,
			      .flags = resets[_i].flags,
			      .payload_len = resets[_i].len,
			      .mac_from = {2, 1},
			      .mac_to = {2, 2}};
	struct port_frame frame;
	struct segment segment;
	struct forge reset;

	set_ends(&forge, "10.0.0.1:1", "10.0.0.2:2");
	ck_assert_int_eq(forge_frame(&forge, &frame), 0);
	ck_assert_int_eq(segment_parse(frame.bytes, frame.len, &segment), 0);
	ck_assert(nat_reset(frame.bytes, &segment, &reset) ==
		  resets[_i].answered);
	if (!resets[_i].answered)
		return;
	ck_assert_uint_eq(reset.flags, resets[_i].reset);
	ck_assert_uint_eq(reset.seq, resets[_i].seq);
	ck_assert_uint_eq(reset.ack, resets[_i].ack);
	ck_assert(endpoint_equal(&reset.to, &forge.from));
	ck_assert(endpoint_equal(&reset.from, &forge.to));
	ck_assert_mem_eq(reset.mac_to, forge.mac_from, FORGE_MAC);
	ck_assert_mem_eq(reset.mac_from, forge.mac_to, FORGE_MAC);
}
END_TEST

START_TEST(test_nat)
{
	static const struct {
		uint8_t flags;
		int64_t at;
		bool passes;
	} steps[] = {
		{FLAG(ACK), 5, true}, /* it was never met */
		{FLAG(SYN), 10, true},
		{FLAG(SYN) | FLAG(ACK), 20, true},
		{FLAG(ACK), 120, true}, /* just in time */
		{FLAG(ACK), 221, false},
		{FLAG(ACK), 222, false}, /* and not less so soon after */
		{FLAG(SYN) | FLAG(ACK), 223, false},
		{FLAG(RST), 224, false},
		{FLAG(SYN), 500, true},
		{FLAG(ACK), 501, true},
	};
	struct nat_path path = {0};
	struct nat_path patient = {0};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const struct segment s = {.flags = steps[i].flags};

		ck_assert_msg(nat_passes(&path, &s, 100, steps[i].at) ==
				      steps[i].passes,
			      "step %zu", i);
		ck_assert(nat_passes(&patient, &s, 0, steps[i].at));
	}
}
END_TEST

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("forge");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_frame, 0, N(frames));
	tcase_add_test(tcase, test_frame_refused);
	tcase_add_loop_test(tcase, test_inject, 0, N(injections));
	tcase_add_loop_test(tcase, test_reset, 0, N(resets));
	tcase_add_test(tcase, test_nat);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
