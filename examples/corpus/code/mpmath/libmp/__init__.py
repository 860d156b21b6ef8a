from .libmpf import (prec_to_dps, dps_to_prec, repr_dps,
  round_down, round_up, round_floor, round_ceiling, round_nearest,
  to_pickable, from_pickable, ComplexResult,
  fzero, fnzero, fone, fnone, ftwo, ften, fhalf, fnan, finf, fninf,
  math_float_inf, round_int, normalize, normalize1,
  from_man_exp, from_int, to_man_exp, to_int, mpf_ceil, mpf_floor,
  mpf_nint, mpf_frac,
  from_float, from_npfloat, from_Decimal, to_float, from_rational, to_rational, to_fixed,
  mpf_rand, mpf_eq, mpf_hash, mpf_cmp, mpf_lt, mpf_le, mpf_gt, mpf_ge,
  mpf_pos, mpf_neg, mpf_abs, mpf_sign, mpf_add, mpf_sub, mpf_sum,
  mpf_mul, mpf_mul_int, mpf_shift, mpf_frexp,
  mpf_div, mpf_rdiv_int, mpf_mod, mpf_pow_int,
  mpf_perturb,
  to_digits_exp, to_str, str_to_man_exp, from_str, from_bstr, to_bstr,
  mpf_sqrt, mpf_hypot)

from .libmpc import (mpc_one, mpc_zero, mpc_two, mpc_half,
  mpc_is_inf, mpc_is_infnan, mpc_to_str, mpc_to_complex, mpc_hash,
  mpc_conjugate, mpc_is_nonzero, mpc_add, mpc_add_mpf,
  mpc_sub, mpc_sub_mpf, mpc_pos, mpc_neg, mpc_shift, mpc_abs,
  mpc_arg, mpc_floor, mpc_ceil,  mpc_nint, mpc_frac, mpc_mul, mpc_square,
  mpc_mul_mpf, mpc_mul_imag_mpf, mpc_mul_int,
  mpc_div, mpc_div_mpf, mpc_reciprocal, mpc_mpf_div,
  complex_int_pow, mpc_pow, mpc_pow_mpf, mpc_pow_int,
  mpc_sqrt, mpc_nthroot, mpc_cbrt, mpc_exp, mpc_log, mpc_cos, mpc_sin,
  mpc_tan, mpc_cos_pi, mpc_sin_pi, mpc_cosh, mpc_sinh, mpc_tanh,
  mpc_atan, mpc_acos, mpc_asin, mpc_asinh, mpc_acosh, mpc_atanh,
  mpc_fibonacci, mpf_expj, mpf_expjpi, mpc_expj, mpc_expjpi,
  mpc_cos_sin, mpc_cos_sin_pi)

from .libelefun import (ln2_fixed, mpf_ln2, ln10_fixed, mpf_ln10,
  pi_fixed, mpf_pi, e_fixed, mpf_e, phi_fixed, mpf_phi,
  degree_fixed, mpf_degree,
  mpf_pow, mpf_nthroot, mpf_cbrt, log_int_fixed, agm_fixed,
  mpf_log, mpf_log_hypot, mpf_exp, mpf_cos_sin, mpf_cos, mpf_sin, mpf_tan,
  mpf_cos_sin_pi, mpf_cos_pi, mpf_sin_pi, mpf_cosh_sinh,
  mpf_cosh, mpf_sinh, mpf_tanh, mpf_atan, mpf_atan2, mpf_asin,
  mpf_acos, mpf_asinh, mpf_acosh, mpf_atanh, mpf_fibonacci)

from .libhyper import (NoConvergence, make_hyp_summator,
  mpf_erf, mpf_erfc, mpf_ei, mpc_ei, mpf_e1, mpc_e1, mpf_expint,
  mpf_ci_si, mpf_ci, mpf_si, mpc_ci, mpc_si, mpf_besseljn,
  mpc_besseljn, mpf_agm, mpf_agm1, mpc_agm, mpc_agm1,
  mpf_ellipk, mpc_ellipk, mpf_ellipe, mpc_ellipe)

from .gammazeta import (catalan_fixed, mpf_catalan,
  khinchin_fixed, mpf_khinchin, glaisher_fixed, mpf_glaisher,
  apery_fixed, mpf_apery, euler_fixed, mpf_euler, mertens_fixed,
  mpf_mertens, twinprime_fixed, mpf_twinprime,
  mpf_bernoulli, bernfrac, mpf_gamma_int,
  mpf_factorial, mpc_factorial, mpf_gamma, mpc_gamma,
  mpf_loggamma, mpc_loggamma, mpf_rgamma, mpc_rgamma,
  mpf_harmonic, mpc_harmonic, mpf_psi0, mpc_psi0,
  mpf_psi, mpc_psi, mpf_zeta_int, mpf_zeta, mpc_zeta,
  mpf_altzeta, mpc_altzeta, mpf_zetasum, mpc_zetasum)

from .libmpi import (mpi_str,
  mpi_from_str, mpi_to_str,
  mpi_eq, mpi_ne,
  mpi_lt, mpi_le, mpi_gt, mpi_ge,
  mpi_add, mpi_sub, mpi_delta, mpi_mid,
  mpi_pos, mpi_neg, mpi_abs, mpi_mul, mpi_div, mpi_exp,
  mpi_log, mpi_sqrt, mpi_pow_int, mpi_pow, mpi_cos_sin,
  mpi_cos, mpi_sin, mpi_tan, mpi_cot,
  mpi_atan, mpi_atan2,
  mpci_pos, mpci_neg, mpci_add, mpci_sub, mpci_mul, mpci_div, mpci_pow,
  mpci_abs, mpci_pow, mpci_exp, mpci_log, mpci_cos, mpci_sin,
  mpi_gamma, mpci_gamma, mpi_loggamma, mpci_loggamma,
  mpi_rgamma, mpci_rgamma, mpi_factorial, mpci_factorial)

from .libintmath import (trailing, bitcount, numeral, bin_to_radix,
  isqrt, isqrt_small, isqrt_fast, sqrt_fixed, sqrtrem, ifib, ifac,
  list_primes, isprime, moebius, gcd, eulernum, stirling1, stirling2)

from .backend import (gmpy, sage, BACKEND, STRICT, MPZ, MPZ_TYPE,
  MPZ_ZERO, MPZ_ONE, MPZ_TWO, MPZ_THREE, MPZ_FIVE, int_types,
  HASH_MODULUS, HASH_BITS)
