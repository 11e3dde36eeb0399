"""The homogeneous universe and its linear power spectrum."""
