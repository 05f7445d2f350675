/*
 * dice.c - chance that can be repeated: the same seed, the same throws
 */
#include "wire/dice.h"

#include <math.h>

/** PARETO_SHAPE - mean and deviation exist from 2 on */
#define PARETO_SHAPE 3.0

/** PARETO_MOST - standard deviations; one throw in 40,000 is cut */
#define PARETO_MOST 30.0

static uint64_t rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

/* splitmix64: fills a state from a number, however poor */
static uint64_t split(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void dice_init(struct dice *dice, uint64_t seed, uint64_t stream)
{
	uint64_t state = stream;

	state = split(&state) ^ seed;
	for (int i = 0; i < 4; i++)
		dice->s[i] = split(&state);
}

uint64_t dice_u64(struct dice *dice)
{
	uint64_t *s = dice->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double dice_unit(struct dice *dice)
{
	/* 53 bits are what a double holds */
	return (double)(dice_u64(dice) >> 11) * 0x1p-53;
}

/* Box and Muller; the second number is not kept, so that a throw always takes
 * two from the stream */
double dice_normal(struct dice *dice)
{
	double r = sqrt(-2.0 * log(1.0 - dice_unit(dice)));

	return r * cos(2.0 * M_PI * dice_unit(dice));
}

double dice_pareto(struct dice *dice)
{
	const double a = PARETO_SHAPE;
	const double mean = a / (a - 1.0);
	const double deviation = sqrt(a / (a - 2.0)) / (a - 1.0);
	double x = pow(1.0 - dice_unit(dice), -1.0 / a);
	double scaled = (x - mean) / deviation;

	return scaled < PARETO_MOST ? scaled : PARETO_MOST;
}

double dice_correlated(struct dice *dice, struct dice_corr *corr, double rho)
{
	/* thrown even if not used: the stream goes on alike either way */
	double next = dice_unit(dice);
	bool again = dice_unit(dice) < rho;

	if (!again || !corr->has)
		corr->last = next;
	corr->has = true;
	return corr->last;
}
