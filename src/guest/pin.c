/*
 * pin.c - keep a process, and all that it starts, on one processor
 */
#include "guest/pin.h"

#include <sched.h>

void pin_to(unsigned int nth)
{
	cpu_set_t may, one;
	unsigned int left;

	/* fails past CPU_SETSIZE processors: then there are enough of them */
	if (sched_getaffinity(0, sizeof(may), &may) < 0 || CPU_COUNT(&may) < 2)
		return;
	left = nth % (unsigned int)CPU_COUNT(&may);
	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &may) || left-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		(void)sched_setaffinity(0, sizeof(one), &one); /* see pin.h */
		return;
	}
}
