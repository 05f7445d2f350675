/*
 * fuzz_command.c - no packet makes the agent's decoder step out of it
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "base/mem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a block of exactly that size: the sanitizer sees a step past it */
	SCOPED_FREE char *packet = mem_new(char, size + !size);
	SCOPED_STR struct str again = {0};
	struct agent_cmd cmd;

	memcpy(packet, data, size);
	if (agent_cmd_decode(packet, size, &cmd))
		return 0;
	/* what was taken in can be said again, in as many bytes */
	if (agent_cmd_encode(&cmd, &again) || again.len != size)
		abort();
	agent_cmd_done(&cmd);
	return 0;
}
