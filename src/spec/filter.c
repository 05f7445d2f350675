/*
 * filter.c - see that a filter is one that libpcap takes
 */
#include "spec/filter.h"

#include <ctype.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/reader.h"

/** FILTER_MAX - longer ones are not written by hand; libpcap's optimizer can
 * take very long for them */
#define FILTER_MAX 512

/* what stands in filters for TCP, and needs no look-up: pcap-filter(7) */
static const char *const words[] = {
	"and",	     "or",	"not",	   "ip",      "ip6",	   "tcp",
	"src",	     "dst",	"host",	   "net",     "mask",	   "port",
	"portrange", "ether",	"proto",   "len",     "less",	   "greater",
	"tcpflags",  "tcp-fin", "tcp-syn", "tcp-rst", "tcp-push",  "tcp-ack",
	"tcp-urg",   "tcp-ece", "tcp-cwr", "vlan",    "broadcast", "multicast",
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static size_t word_length(const char *text)
{
	size_t n = 0;

	for (; text[n]; n++)
		if (!isalnum((unsigned char)text[n]) &&
		    !strchr("_.:", text[n]) &&
		    !(text[n] == '-' && isalpha((unsigned char)text[n + 1])))
			break;
	return n;
}

/* of MAC and IPv6 */
static bool is_address(const char *word)
{
	return strchr(word, ':') &&
	       word[strspn(word, "0123456789abcdefABCDEF:.")] == '\0';
}

/* what stands before a host, a network or a port */
static bool names_next(const char *word)
{
	static const char *const before[] = {"src", "dst",  "host",
					     "net", "port", "portrange"};

	return names_find(before, sizeof(before) / sizeof(before[0]), word) >=
	       0;
}

/* libpcap asks getaddrinfo(3) about a word that it does not know */
static bool words_known(const struct reader *r, const struct node *node,
			const char *text)
{
	bool named = false;

	for (size_t n; *text; text += n ? n : 1) {
		SCOPED_FREE char *word = NULL;
		struct node at = *node;

		n = word_length(text);
		word = mem_strndup(text, n);
		if (!isalpha((unsigned char)*word) || is_address(word) ||
		    names_find(words, WORDS, word) >= 0) {
			named = n ? names_next(word) : named;
			continue;
		}
		at.text = word;
		if (named)
			reader_error(r, node,
				     "a filter has numbers for hosts, networks "
				     "and ports, not '%s'",
				     word);
		else
			reader_unknown(r, &at, "word of a filter",
				       names_nearest(words, WORDS, word));
		return false;
	}
	return true;
}

bool filter_check(const struct reader *r, const struct node *node,
		  const char *text)
{
	struct bpf_program program = {0};
	pcap_t *pcap;
	int rc;

	if (strlen(text) > FILTER_MAX) {
		reader_error(r, node, "a filter has at most %d characters",
			     FILTER_MAX);
		return false;
	}
	if (!words_known(r, node, text))
		return false;
	pcap = pcap_open_dead(DLT_EN10MB, 65535);
	if (!pcap)
		abort(); /* for want of memory only */
	rc = pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN);
	if (rc < 0)
		reader_error(r, node, "no filter: %s", pcap_geterr(pcap));
	else
		pcap_freecode(&program);
	pcap_close(pcap);
	return rc == 0;
}
