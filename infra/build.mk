# How `sam build` bundles the functions (Metadata: BuildMethod: makefile): others' packages, ours, and its own folder.
# A new function needs nothing here: XyFunction of the template is functions/xy, its handler xy.app.handler.
ARCH ?= arm64
WHEEL_ARCH := $(ARCH:arm64=aarch64)
# Only the Python that the functions run on can compile for them, and read the markers in the pins as they would.
LAMBDA_RUNTIME ?= $(shell sed -n 's/^ *Runtime: python//p' infra/template.yaml)
LAMBDA_PYTHON ?= $(shell for python in python$(LAMBDA_RUNTIME) "$$HOME"/.pyenv/versions/$(LAMBDA_RUNTIME).*/bin/python \
	"$$HOME"/.local/share/uv/python/cpython-$(LAMBDA_RUNTIME).*/bin/python; do \
	"$$python" --version >/dev/null 2>&1 && echo "$$python" && break; done)
VERSION := -c 'import sys; print("%d.%d" % sys.version_info[:2])'
TARGET := $(ARCH)-python$(LAMBDA_RUNTIME)
THEIRS := build/theirs-$(TARGET)
OURS := build/ours-python$(LAMBDA_RUNTIME)
CLIENT := build/client-$(TARGET)
OUR_PACKAGES := core $(filter plugins/%,$(PACKAGES))
WHEELS = $(PIP) --python $(LAMBDA_PYTHON) install --quiet --disable-pip-version-check --no-compile --only-binary :all: \
	--platform manylinux_2_28_$(WHEEL_ARCH) --platform manylinux2014_$(WHEEL_ARCH) --no-deps --require-hashes
# /var/task cannot be written: without .pyc each cold start compiles anew. Unchecked, for zip drops the times.
COMPILE = $(LAMBDA_PYTHON) -m compileall -q -j 0 --invalidation-mode unchecked-hash
# botocore describes 440 services in 28 MB. A function can call only what a role of the template lets it.
SERVICES = $(shell grep -oE '\b[a-z0-9]+:[A-Z*]' infra/template.yaml | cut -d: -f1 | sort -u)

# Links where the file system has them: thousands of small files take seconds to copy.
build-%Function: NAME = $(shell echo $* | tr A-Z a-z)
build-%Function: $(THEIRS).done $(OURS).done
	cp -Rl $(THEIRS)/. $(OURS)/. "$(ARTIFACTS_DIR)" 2>/dev/null || cp -R $(THEIRS)/. $(OURS)/. "$(ARTIFACTS_DIR)"
	mkdir -p "$(ARTIFACTS_DIR)/$(NAME)"
	cp $(wildcard functions/$(NAME)/*.py) "$(ARTIFACTS_DIR)/$(NAME)"
	find "$(ARTIFACTS_DIR)/botocore/data" -mindepth 1 -maxdepth 1 -type d $(SERVICES:%=! -name %) -exec rm -r {} +
	$(COMPILE) "$(ARTIFACTS_DIR)/$(NAME)"

# Wheels for the target, whatever this machine is.
$(THEIRS).done: requirements/run.txt | python-fits
	rm -rf $(THEIRS)
	$(WHEELS) --target $(THEIRS) --requirement $<
	rm -rf $(THEIRS)/bin
	$(COMPILE) $(THEIRS)
	touch $@

# As wheels, not as copies: their entry points must survive. direct_url.json would tell of this machine's folders.
$(OURS).done: $(shell find $(OUR_PACKAGES) -type f -not -path '*/sample/*' -not -name '*.pyc') | python-fits
	rm -rf $(OURS)
	$(INSTALL) --no-build-isolation --target $(OURS) $(addprefix ./,$(OUR_PACKAGES))
	rm -rf $(OURS)/bin $(OURS)/*.dist-info/direct_url.json
	$(COMPILE) $(OURS)
	touch $@

python-fits:
	@test "$$("$(LAMBDA_PYTHON)" $(VERSION) 2>/dev/null)" = "$(LAMBDA_RUNTIME)" || { echo \
		"the functions run on Python $(LAMBDA_RUNTIME), and nothing else compiles for them: install one, or name it" \
		"with LAMBDA_PYTHON= (now: '$(LAMBDA_PYTHON)')" >&2; exit 1; }

# `make here`: what the tests run, under Lambda's interface client and beside nothing else. For the Python of the cloud
# where this machine has one, else for the Python that is here.
HERE := build/here
HERE_PYTHON = $(or $(LAMBDA_PYTHON),.venv/bin/python)

$(HERE)-all: $(HERE)/$(TARGET).done

$(HERE)/$(TARGET).done: $(THEIRS).done $(OURS).done $(CLIENT).done $(wildcard functions/*/*.py infra/*.* Makefile)
	rm -rf $(HERE)
	$(MAKE) build
	ln -s ../../$(CLIENT) $(HERE)/client
	ln -s "$$($(LAMBDA_PYTHON) -c 'import sys; print(sys._base_executable)')" $(HERE)/python$(LAMBDA_RUNTIME)
	touch $@

$(CLIENT).done: requirements/runtime.txt | python-fits
	rm -rf $(CLIENT)
	$(WHEELS) --target $(CLIENT) --requirement $<
	touch $@

.PHONY: python-fits $(HERE)-all
