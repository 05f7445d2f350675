/*
 * event_random.c - random events of every kind, for properties
 */
#include "event_random.h"

#include <limits.h>
#include <string.h>

#include "event/fields.h"

static const char *const texts[] = {
	NULL,
	"",
	"server",
	"quote \" backslash \\ slash / newline \n tab \t bell \a del \x7f",
	"umlaut ä, euro €, clef 𝄞, replacement \xef\xbf\xbd",
	"a rather long text that has to go through the buffer in more than one "
	"piece, with a \" somewhere in the middle of it, and no end in sight",
};

uint64_t dice_roll(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Zero, extremes, small or anything */
static uint64_t number(struct dice *dice, uint64_t max)
{
	switch (dice_roll(dice) % 5) {
	case 0:
		return 0;
	case 1:
		return max;
	case 2:
		return max / 2 + 1; /* INT64_MIN as int64_t */
	case 3:
		return dice_roll(dice) % 300 & max;
	default:
		return dice_roll(dice) & max;
	}
}

static const char *text(struct dice *dice)
{
	return texts[dice_roll(dice) % (sizeof(texts) / sizeof(texts[0]))];
}

static struct endpoint endpoint(struct dice *dice)
{
	struct endpoint e = {0};

	switch (dice_roll(dice) % 3) {
	case 0:
		return e;
	case 1:
		e.family = AF_INET;
		e.ip.v4.s_addr = (in_addr_t)number(dice, UINT32_MAX);
		break;
	default:
		e.family = AF_INET6;
		for (size_t i = 0; i < sizeof(e.ip.v6); i++)
			e.ip.v6.s6_addr[i] = (uint8_t)number(dice, UINT8_MAX);
		break;
	}
	e.port = (uint16_t)number(dice, UINT16_MAX);
	return e;
}

static void randomise(struct dice *dice, enum field_type type, void *at)
{
	switch (type) {
	case FIELD_TEXT:
		*(const char **)at = text(dice);
		return;
	case FIELD_I64:
	case FIELD_U64:
		*(uint64_t *)at = number(dice, UINT64_MAX);
		return;
	case FIELD_U32:
		*(uint32_t *)at = (uint32_t)number(dice, UINT32_MAX);
		return;
	case FIELD_U8:
		*(uint8_t *)at = (uint8_t)number(dice, UINT8_MAX);
		return;
	case FIELD_BOOL:
		*(bool *)at = dice_roll(dice) % 2;
		return;
	case FIELD_ERRNO:
	case FIELD_SIGNAL:
		/* with a name, without, and outside of int */
		*(int64_t *)at =
			(int64_t)(dice_roll(dice) % 8 ? dice_roll(dice) % 150
						      : dice_roll(dice));
		return;
	case FIELD_STATE:
		*(unsigned int *)at =
			(unsigned int)(dice_roll(dice) % TCP_STATES);
		return;
	case FIELD_TIMER:
		*(unsigned int *)at =
			(unsigned int)(dice_roll(dice) % TCP_TIMERS);
		return;
	case FIELD_CHANGE:
		*(unsigned int *)at =
			(unsigned int)(dice_roll(dice) % SOCK_CHANGES);
		return;
	case FIELD_ENDPOINT:
		*(struct endpoint *)at = endpoint(dice);
		return;
	case FIELD_TYPES:
		return;
	}
}

void event_random(struct dice *dice, enum event_kind kind, struct event *event)
{
	const struct field *fields;
	size_t n;

	memset(event, 0, sizeof(*event));
	event->n = dice_roll(dice) >> 1 | 1;
	event->t_ns = (int64_t)number(dice, UINT64_MAX);
	event->kind = kind;
	event->step = (int)(dice_roll(dice) % 4 ? dice_roll(dice) % 20 : 0) - 1;
	event->host = text(dice);
	fields = fields_of(kind, &n);
	for (size_t i = 0; i < n; i++)
		randomise(dice, fields[i].type,
			  (char *)event + fields[i].offset);
}

static bool text_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool field_same(enum field_type type, const void *a, const void *b)
{
	switch (type) {
	case FIELD_TEXT:
		return text_same(*(const char *const *)a,
				 *(const char *const *)b);
	case FIELD_I64:
	case FIELD_U64:
	case FIELD_ERRNO:
	case FIELD_SIGNAL:
		return *(const uint64_t *)a == *(const uint64_t *)b;
	case FIELD_U32:
		return *(const uint32_t *)a == *(const uint32_t *)b;
	case FIELD_U8:
		return *(const uint8_t *)a == *(const uint8_t *)b;
	case FIELD_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case FIELD_STATE:
	case FIELD_TIMER:
	case FIELD_CHANGE:
		return *(const unsigned int *)a == *(const unsigned int *)b;
	case FIELD_ENDPOINT:
		return endpoint_equal(a, b);
	case FIELD_TYPES:
		break;
	}
	return false;
}

int event_same(const struct event *a, const struct event *b)
{
	const struct field *fields;
	size_t n;

	if (a->n != b->n || a->t_ns != b->t_ns || a->kind != b->kind ||
	    a->step != b->step || !text_same(a->host, b->host))
		return 0;
	fields = fields_of(a->kind, &n);
	for (size_t i = 0; i < n; i++)
		if (!field_same(fields[i].type,
				(const char *)a + fields[i].offset,
				(const char *)b + fields[i].offset))
			return 0;
	return 1;
}
