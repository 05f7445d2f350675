/*
 * yaml.c - libfyaml's events, built into a tree of nodes
 *
 * From events rather than from libfyaml's document: positions, depth and
 * repeated keys are then ours to tell, and nothing of libfyaml lives longer
 * than yaml_build().
 */
#include "spec/yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/node.h"

/** struct level - a collection that is being filled */
struct level {
	struct node *node;
	struct node *key; /* mapping: waits for its value; owned */
	size_t cap;
	bool broken_key; /* its value is to be thrown away */
};

/**
 * struct build - a tree under construction
 * @depth: levels in use
 */
struct build {
	const char *path;
	const char *text;
	size_t len;
	struct spec_errors *errors;
	struct node *root;
	struct level levels[NODE_DEPTH_MAX];
	size_t depth;
	size_t documents;
	size_t at; /* byte that @pos is of */
	struct spec_pos pos; /* of the latest event that had a place */
	bool fatal; /* what was read is not worth judging */
	bool stop; /* nor is the rest worth reading */
};

/* bytes 10xxxxxx continue a character of UTF-8 */
static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * Positions come from byte offsets: libfyaml's columns round tabs up, and it
 * ends lines where an editor does not. Events come in the file's order, so
 * one cursor walks it once.
 */
static void locate(struct build *b, size_t at)
{
	if (at > b->len)
		at = b->len;
	if (at < b->at) {
		b->at = 0;
		b->pos = (struct spec_pos){1, 1};
	}
	for (; b->at < at; b->at++) {
		if (b->text[b->at] == '\n') {
			b->pos.line++;
			b->pos.col = 1;
		} else if (!continues(b->text[b->at + 1])) {
			b->pos.col++;
		}
	}
}

static void fail(struct build *b, const char *text)
{
	spec_errors_add(b->errors, b->path, b->pos, "%s", text);
}

static struct node *node_new(const struct build *b, enum node_kind kind)
{
	struct node *node = mem_new(struct node, 1);

	node->kind = kind;
	node->pos = b->pos;
	return node;
}

/* a level's arrays, made wide enough for one more */
static void grow(struct level *level)
{
	struct node *node = level->node;

	if (node->n < level->cap)
		return;
	level->cap = level->cap ? 2 * level->cap : 4;
	node->items =
		mem_resize(node->items, level->cap, sizeof(struct node *));
	if (node->kind == NODE_KIND_MAPPING)
		node->keys = mem_resize(node->keys, level->cap,
					sizeof(struct node *));
}

/* take @node as the next key of @level */
static void put_key(struct build *b, struct level *level, struct node *node)
{
	const struct node *same;

	level->key = node;
	if (level->node->n == NODE_KEYS_MAX) {
		fail(b, "too many keys");
		b->stop = true;
	}
	if (node->kind == NODE_KIND_SEQUENCE ||
	    node->kind == NODE_KIND_MAPPING) {
		spec_errors_add(b->errors, b->path, node->pos,
				"a key must be a word, not %s",
				node_kind_names[node->kind]);
		level->broken_key = true;
		return;
	}
	same = node_key(level->node, node->text);
	level->broken_key = same != NULL;
	if (same)
		spec_errors_add(b->errors, b->path, node->pos,
				"'%s' was given already in line %d", node->text,
				same->pos.line);
}

/* put a whole node where it belongs: it is the root, an item, key or value */
static void put(struct build *b, struct node *node)
{
	struct level *level = b->depth ? &b->levels[b->depth - 1] : NULL;

	if (!level) {
		node_free(b->root);
		b->root = node;
		return;
	}
	if (level->node->kind == NODE_KIND_MAPPING && !level->key) {
		put_key(b, level, node);
		return;
	}
	if (level->broken_key) {
		node_free(level->key);
		node_free(node);
		level->key = NULL;
		level->broken_key = false;
		return;
	}
	grow(level);
	if (level->key)
		level->node->keys[level->node->n] = PTR_STEAL(level->key);
	level->node->items[level->node->n++] = node;
}

static void open_level(struct build *b, enum node_kind kind)
{
	if (b->depth == NODE_DEPTH_MAX) {
		fail(b, "nested too deeply");
		b->stop = true;
		return;
	}
	b->levels[b->depth++] = (struct level){.node = node_new(b, kind)};
}

static void close_level(struct build *b)
{
	struct level *level;

	assert(b->depth > 0);
	level = &b->levels[--b->depth];
	assert(!level->key);
	put(b, level->node);
}

/* words that YAML takes for nothing */
static bool is_null(const char *text)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	return names_find(words, sizeof(words) / sizeof(words[0]), text) >= 0;
}

/*
 * A scalar's text, escapes resolved. Not by fy_token_get_text(): that of
 * libfyaml 0.7.12 leaks its iterator when the text is in many pieces, as
 * escapes and folded lines make it.
 */
static void read_token(struct fy_token *token, struct str *text)
{
	struct fy_token_iter *iter = fy_token_iter_create(token);
	const struct fy_iter_chunk *chunk = NULL;

	assert(iter);
	while ((chunk = fy_token_iter_chunk_next(iter, chunk, NULL)))
		str_addn(text, chunk->str, chunk->len);
	fy_token_iter_finish(iter);
	fy_token_iter_destroy(iter);
}

static void put_scalar(struct build *b, struct fy_token *token)
{
	SCOPED_STR struct str text = {0};
	struct node *node;

	if (token)
		read_token(token, &text);
	node = node_new(b, NODE_KIND_SCALAR);
	if (strlen(str_text(&text)) < text.len) {
		fail(b, "a text may not hold a NUL byte");
		b->fatal = true;
	}
	node->text = str_steal(&text);
	node->quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
	if (!node->quoted && is_null(node->text))
		node->kind = NODE_KIND_NULL;
	put(b, node);
}

/* what YAML has and the spec languages do without */
static void refuse_properties(struct build *b, const struct fy_token *anchor,
			      const struct fy_token *tag)
{
	if (anchor)
		fail(b, "anchors (&name) are not part of this language");
	if (tag)
		fail(b, "tags (!name) are not part of this language");
	b->fatal = b->fatal || anchor || tag;
}

/*
 * Where an event begins. Marks of quoted scalars, of aliases, and of mappings
 * that begin with such a key stand behind the quote or the star.
 */
static size_t event_offset(const struct build *b, const struct fy_event *event,
			   const struct fy_mark *mark)
{
	size_t at = mark->input_pos;

	if (at == 0 || at > b->len || !strchr("\"'*", b->text[at - 1]))
		return at;
	if (event->type == FYET_ALIAS || event->type == FYET_MAPPING_START)
		return at - 1;
	if (event->type == FYET_SCALAR && event->scalar.value &&
	    fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN)
		return at - 1;
	return at;
}

static void take(struct build *b, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	if (mark)
		locate(b, event_offset(b, event, mark));
	switch (event->type) {
	case FYET_DOCUMENT_START:
		if (b->documents++ == 1) {
			fail(b, "one file holds one document");
			b->stop = true;
		}
		break;
	case FYET_MAPPING_START:
		refuse_properties(b, event->mapping_start.anchor,
				  event->mapping_start.tag);
		open_level(b, NODE_KIND_MAPPING);
		break;
	case FYET_SEQUENCE_START:
		refuse_properties(b, event->sequence_start.anchor,
				  event->sequence_start.tag);
		open_level(b, NODE_KIND_SEQUENCE);
		break;
	case FYET_SCALAR:
		refuse_properties(b, event->scalar.anchor, event->scalar.tag);
		put_scalar(b, event->scalar.value);
		break;
	case FYET_ALIAS:
		fail(b, "aliases (*name) are not part of this language");
		b->fatal = true;
		put_scalar(b, NULL);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		close_level(b);
		break;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}
}

/* libfyaml's own errors, as ours; its lines and columns count from 1 here */
static void take_diagnostics(struct build *b, struct fy_diag *diag)
{
	struct fy_diag_error *e;
	void *iter = NULL;
	bool told = false;

	while ((e = fy_diag_errors_iterate(diag, &iter))) {
		struct spec_pos pos = {e->line, e->column};

		if (pos.line < 1 || pos.col < 1)
			pos = b->pos;
		spec_errors_add(b->errors, b->path, pos, "%s", e->msg);
		told = true;
	}
	if (!told)
		fail(b, "this is not YAML");
}

static void drop_output(struct fy_diag *diag, void *user, const char *buf,
			size_t len)
{
	/* collected errors are read from the diag instead */
	(void)diag;
	(void)user;
	(void)buf;
	(void)len;
}

/* feed every event to take() */
static void run_parser(struct build *b)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG};
	struct fy_event *event;
	struct fy_parser *parser;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.output_fn = drop_output;
	diag_cfg.colorize = false;
	cfg.diag = fy_diag_create(&diag_cfg);
	assert(cfg.diag);
	fy_diag_set_collect_errors(cfg.diag, true);
	parser = fy_parser_create(&cfg);
	assert(parser);
	if (fy_parser_set_string(parser, b->text, b->len) < 0)
		b->stop = true;
	while (!b->stop && (event = fy_parser_parse(parser))) {
		take(b, event);
		fy_parser_event_free(parser, event);
	}
	if (fy_parser_get_stream_error(parser)) {
		take_diagnostics(b, cfg.diag);
		b->stop = true;
	}
	fy_parser_destroy(parser);
	fy_diag_destroy(cfg.diag);
}

/* release collections that a fatal error left half-made */
static void unwind(struct build *b)
{
	while (b->depth) {
		struct level *level = &b->levels[--b->depth];

		node_free(level->key);
		node_free(level->node);
	}
}

struct node *yaml_build(const char *path, const char *text, size_t len,
			struct spec_errors *errors)
{
	struct build b = {
		.path = path,
		.text = text,
		.len = len,
		.errors = errors,
		.pos = {1, 1},
	};

	run_parser(&b);
	unwind(&b);
	b.fatal = b.fatal || b.stop;
	if (!b.fatal && b.root)
		return b.root;
	if (!b.fatal)
		spec_errors_add(errors, path, (struct spec_pos){0},
				"the file is empty");
	node_free(b.root);
	return NULL;
}
