def main(_input, report):
    import preloaded

    report(preloaded.facts)
