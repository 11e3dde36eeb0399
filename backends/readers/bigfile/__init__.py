"""BigFile: MP-Gadget, FastPM, FlowPM, pmesh."""
