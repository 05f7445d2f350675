/*
 * test_fault.c - a fault meets the segments that it is aimed at, and no others
 *
 * Client c is linked to router r, and r to server s.
 */
#include "wire/fault.h"

#include <errno.h>

#include "base/err.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"
#include "wire/forge.h"
#include "wire/port.h"
#include "wire/relay.h"

#define FLAG(name) TCP_FLAG_BIT(TCP_FLAG_##name)
#define ROLE(name) FLOW_ROLE_BIT(FLOW_##name)

/** enum host - of the topology, in its order */
enum host {
	C,
	R,
	S,
	HOSTS
};

/** struct world - hosts and their addresses */
struct world {
	struct endpoint addresses[HOSTS][2];
	struct relay_host hosts[HOSTS];
};

static void world_init(struct world *world)
{
	static const char *const texts[HOSTS][2] = {
		[C] = {"10.0.0.1:0", "[fd00::1]:0"},
		[R] = {"10.0.0.2:0", "10.0.1.1:0"},
		[S] = {"10.0.1.2:0", "[fd01::2]:0"},
	};
	static const char *const names[HOSTS] = {"c", "r", "s"};

	for (int i = 0; i < HOSTS; i++) {
		for (int j = 0; j < 2; j++)
			ck_assert_int_eq(
				endpoint_parse(texts[i][j],
					       &world->addresses[i][j]),
				0);
		world->hosts[i] = (struct relay_host){
			.name = names[i],
			.addresses = world->addresses[i],
			.n_addresses = 2,
		};
	}
}

/** struct arrow - a segment, where it is met */
struct arrow {
	const char *from;
	const char *to;
	enum host sender; /* at the link's ends */
	enum host receiver;
	uint8_t flags;
	uint32_t roles;
	bool again;
	uint16_t window;
};

/* which of some arrows a fault picks: a letter each */
static void pick(const struct world *world, const struct fault_spec *specs,
		 size_t n_specs, const struct arrow *arrows, size_t n_arrows,
		 char *picked)
{
	struct faults faults;
	struct err err = {0};

	ck_assert_msg(faults_init(&faults, specs, n_specs, world->hosts, HOSTS,
				  &err) == 0,
		      "%s", err.text);
	for (size_t i = 0; i < n_arrows; i++) {
		const struct arrow *arrow = &arrows[i];
		const struct flow_view view = {.roles = arrow->roles,
					       .again = arrow->again};
		struct forge forge = {.flags = arrow->flags,
				      .window = arrow->window};
		struct port_frame frame;
		struct segment segment;
		struct aim_target target = {
			.frame = frame.bytes,
			.segment = &segment,
			.view = &view,
			.sender = arrow->sender,
			.receiver = arrow->receiver,
		};
		const struct fault *fault;

		ck_assert_int_eq(endpoint_parse(arrow->from, &forge.from), 0);
		ck_assert_int_eq(endpoint_parse(arrow->to, &forge.to), 0);
		ck_assert_int_eq(forge_frame(&forge, &frame), 0);
		target.len = frame.len;
		ck_assert_int_eq(
			segment_parse(frame.bytes, frame.len, &segment), 0);
		fault = faults_pick(&faults, &target);
		picked[i] = fault ? (char)('0' + (fault - faults.v)) : '-';
	}
	picked[n_arrows] = '\0';
	faults_done(&faults);
}

#define TO_S   "10.0.0.1:5000", "10.0.1.2:80"
#define FROM_S "10.0.1.2:80", "10.0.0.1:5000"

/* each is met on both links */
static const struct arrow story[] = {
	{TO_S, C, R, FLAG(SYN), ROLE(HANDSHAKE_1), false, 100},
	{TO_S, R, S, FLAG(SYN), ROLE(HANDSHAKE_1), false, 100},
	{FROM_S, S, R, FLAG(SYN) | FLAG(ACK), ROLE(HANDSHAKE_2), false, 200},
	{FROM_S, R, C, FLAG(SYN) | FLAG(ACK), ROLE(HANDSHAKE_2), false, 200},
	{TO_S, C, R, FLAG(ACK) | FLAG(PSH), ROLE(DATA), false, 300},
	{TO_S, R, S, FLAG(ACK) | FLAG(PSH), ROLE(DATA), false, 300},
	{TO_S, C, R, FLAG(ACK) | FLAG(PSH), ROLE(DATA), true, 300},
	{TO_S, R, S, FLAG(ACK) | FLAG(PSH), ROLE(DATA), true, 300},
	{FROM_S, S, R, FLAG(FIN) | FLAG(ACK), ROLE(WAVE_2) | ROLE(WAVE_3),
	 false, 400},
	{FROM_S, R, C, FLAG(FIN) | FLAG(ACK), ROLE(WAVE_2) | ROLE(WAVE_3),
	 false, 400},
	{"10.0.0.2:9", "10.0.0.1:5000", R, C, FLAG(RST), ROLE(RST), false, 0},
	{"[fd00::1]:1", "[fd01::2]:2", C, R, FLAG(ACK), ROLE(ACK), false, 0},
};

#define N_STORY (sizeof(story) / sizeof(story[0]))

static const struct {
	const char *name;
	struct fault_spec spec;
	const char *picked;
} aims[] = {
	{"anything, once", {.skip = 0}, "0-0-0-0-0-00"},
	{"of a host", {.which = {.from = (char *)"c"}}, "0---0-0----0"},
	{"for a host", {.which = {.to = (char *)"c"}}, "--0-----0-0-"},
	{"from one to another",
	 {.which = {.from = (char *)"r", .to = (char *)"c"}},
	 "----------0-"},
	{"SYN",
	 {.which = {.has_flags = true, .flags = FLAG(SYN)}},
	 "0-----------"},
	{"SYN,ACK",
	 {.which = {.has_flags = true, .flags = FLAG(SYN) | FLAG(ACK)}},
	 "--0---------"},
	{"no flags at all, which every one but turns has",
	 {.which = {.has_flags = true}},
	 "----0-0----0"},
	{"a role of several",
	 {.which = {.roles = ROLE(WAVE_3)}},
	 "--------0---"},
	{"several roles",
	 {.which = {.roles = ROLE(WAVE_3) | ROLE(DATA)}},
	 "----0-0-0---"},
	{"first",
	 {.which = {.roles = ROLE(DATA), .again = PATTERN_AGAIN_FIRST}},
	 "----0-------"},
	{"again", {.which = {.again = PATTERN_AGAIN_ONLY}}, "------0-----"},
	{"a filter", {.filter = (char *)"tcp[14:2] >= 300"}, "----0-0-0---"},
	{"a filter of addresses",
	 {.filter = (char *)"ip6 and dst port 2"},
	 "-----------0"},
	{"on another link",
	 {.link_a = (char *)"s", .link_b = (char *)"r"},
	 "-00--0-00---"},
	{"of a host on another link",
	 {.which = {.from = (char *)"c"},
	  .link_a = (char *)"r",
	  .link_b = (char *)"s"},
	 "-0---0-0----"},
	{"only twice", {.times = 2}, "0-0---------"},
	{"the third", {.skip = 2, .times = 1}, "----0-------"},
	{"from the third on", {.skip = 2}, "----0-0-0-00"},
	{"disarmed", {.disarmed = true}, "------------"},
};

START_TEST(test_aim)
{
	struct world world;
	char picked[N_STORY + 1];

	world_init(&world);
	pick(&world, &aims[_i].spec, 1, story, N_STORY, picked);
	ck_assert_msg(strcmp(picked, aims[_i].picked) == 0,
		      "%s: %s instead of %s", aims[_i].name, picked,
		      aims[_i].picked);
}
END_TEST

/* the first that may acts, alone; one that skips leaves it to the next */
START_TEST(test_in_order)
{
	const struct fault_spec specs[] = {
		{.which = {.roles = ROLE(DATA)}, .skip = 1},
		{.which = {.from = (char *)"c"}, .times = 2},
		{.skip = 1},
	};
	struct world world;
	char picked[N_STORY + 1];

	world_init(&world);
	pick(&world, specs, 3, story, N_STORY, picked);
	/* SYN: 1; SYN,ACK: 2 skips; data: 0 skips, 1; data again: 0 */
	ck_assert_str_eq(picked, "1---1-0-2-22");
}
END_TEST

static const struct {
	struct fault_spec spec;
	const char *says;
} refused[] = {
	{{.text = (char *)"drop x", .filter = (char *)"tcp[[13]"},
	 "fault \"drop x\": filter \"tcp[[13]\": "},
	{{.text = (char *)"drop x", .which = {.from = (char *)"nobody"}},
	 "fault \"drop x\": there is no host nobody"},
	{{.text = (char *)"drop x",
	  .link_a = (char *)"c",
	  .link_b = (char *)"d"},
	 "fault \"drop x\": there is no host d"},
};

START_TEST(test_refused)
{
	const struct fault_spec specs[] = {{.filter = (char *)"tcp"},
					   refused[_i].spec};
	struct faults faults;
	struct world world;
	struct err err = {0};

	world_init(&world);
	ck_assert_int_eq(
		faults_init(&faults, specs, 2, world.hosts, HOSTS, &err),
		-EINVAL);
	ck_assert_msg(strncmp(err.text, refused[_i].says,
			      strlen(refused[_i].says)) == 0,
		      "%s", err.text);
}
END_TEST

static const struct {
	enum fault_field field;
	size_t payload;
	size_t at; /* behind the begin of the TCP header */
	uint8_t bit;
} corruptions[] = {
	{FAULT_FIELD_CHECKSUM, 3, 17, 1},
	{FAULT_FIELD_PAYLOAD, 3, 32, 1}, /* behind the timestamps */
	{FAULT_FIELD_PAYLOAD, 0, 17, 1},
	{FAULT_FIELD_SEQ, 3, 7, 1},
	{FAULT_FIELD_ACK, 3, 11, 1},
	{FAULT_FIELD_FLAGS, 3, 13, FLAG(PSH)},
	{FAULT_FIELD_WINDOW, 3, 15, 1},
};

/* one bit, and the checksum tells */
START_TEST(test_corrupt)
{
	struct forge forge = {.flags = FLAG(ACK),
			      .has_ts = true,
			      .payload = "abc",
			      .payload_len = corruptions[_i].payload};
	const size_t headers = 14 + 20;
	struct port_frame before;
	struct port_frame after;
	struct segment segment;

	ck_assert_int_eq(endpoint_parse("10.0.0.1:1", &forge.from), 0);
	ck_assert_int_eq(endpoint_parse("10.0.0.2:2", &forge.to), 0);
	ck_assert_int_eq(forge_frame(&forge, &before), 0);
	after = before;
	ck_assert_int_eq(segment_parse(after.bytes, after.len, &segment), 0);
	ck_assert(segment.checksum_good);
	fault_corrupt(corruptions[_i].field, &segment, after.bytes, after.len);
	for (size_t i = 0; i < before.len; i++)
		ck_assert_uint_eq(before.bytes[i] ^ after.bytes[i],
				  i == headers + corruptions[_i].at
					  ? corruptions[_i].bit
					  : 0);
	ck_assert_int_eq(segment_parse(after.bytes, after.len, &segment), 0);
	ck_assert(!segment.checksum_good);
}
END_TEST

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("fault");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_aim, 0, N(aims));
	tcase_add_test(tcase, test_in_order);
	tcase_add_loop_test(tcase, test_refused, 0, N(refused));
	tcase_add_loop_test(tcase, test_corrupt, 0, N(corruptions));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
