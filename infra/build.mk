# How `sam build` bundles the functions (Metadata: BuildMethod: makefile). Both share one set of packages.
ARCH ?= arm64
WHEEL_ARCH := $(ARCH:arm64=aarch64)
BUNDLE := build/lambda-$(ARCH)
# Python of the functions' runtime: only that can compile for it, and markers in the pins must be read by it.
LAMBDA_PYTHON ?= $(shell for python in python3.13 "$$HOME"/.pyenv/versions/3.13.*/bin/python; do \
	"$$python" --version >/dev/null 2>&1 && echo "$$python" && break; done)
OURS := core $(filter plugins/%,$(PACKAGES))

build-IntakeFunction: $(BUNDLE).done
	cp -R $(BUNDLE)/. functions/intake/app.py "$(ARTIFACTS_DIR)"

build-ApiFunction: $(BUNDLE).done
	cp -R $(BUNDLE)/. functions/api/app.py "$(ARTIFACTS_DIR)"

# Wheels for the target, whatever this machine is; then our own, whose entry points must survive; then .pyc:
# /var/task cannot be written, so without them each cold start compiles anew. Unchecked, for zip drops the times.
$(BUNDLE).done: requirements/run.txt $(shell find $(OURS) -type f -not -name '*.pyc')
	test -n "$(LAMBDA_PYTHON)" || { echo "the functions run on Python 3.13: name one with LAMBDA_PYTHON=" >&2; exit 1; }
	rm -rf $(BUNDLE)
	$(PIP) --python $(LAMBDA_PYTHON) install --quiet --disable-pip-version-check --no-compile --target $(BUNDLE) \
		--platform manylinux_2_28_$(WHEEL_ARCH) --platform manylinux2014_$(WHEEL_ARCH) \
		--only-binary :all: --no-deps --require-hashes --requirement requirements/run.txt
	$(INSTALL) --no-build-isolation --target $(BUNDLE) $(addprefix ./,$(OURS))
	rm -rf $(BUNDLE)/bin
	$(LAMBDA_PYTHON) -m compileall -q -j 0 --invalidation-mode unchecked-hash $(BUNDLE)
	touch $@

.PHONY: build-IntakeFunction build-ApiFunction
